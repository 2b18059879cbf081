import type { RunRecord } from '../../measurements/run-record.ts';
import { measuredMs } from '../../measurements/run-totals.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment,
  formatNoun,
  formatPeriod,
} from '../format.ts';
import { targetPhrase } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { connectionsPhrase, loadPhrase } from '../scenario-facts.ts';
import { dataTable, tableBehind } from '../table.ts';
import { type Section, section } from './section.ts';

/** What the run was made on: data, servers, machine and scenario. */
export function environmentSection(record: RunRecord): Section {
  const { environment, target } = record;
  const sharing =
    target.kind === 'embedded'
      ? ' Servers and load generator shared this machine, so they took its time from each other.'
      : '';
  return section({
    id: 'environment',
    title: 'Environment',
    opening: `Run against ${targetPhrase(record)}, from ${formatNoun(environment.cores, 'core')} of ${environment.cpu}.${sharing}`,
    body: html`${factTable(record)}${nodeTable(record)}${tableBehind(
      'Server settings',
      settingTable(record),
    )}${tableBehind('Capabilities of the role', capabilityTable(record))}<details><summary>The scenario as it was run, defaults filled in</summary><pre>${JSON.stringify(record.scenario, null, 2)}</pre></details>`,
    method:
      'Two runs share their data if their dataset identities are equal, and their schema if the fingerprints are. Round trip: serial select 1 over one connection before the run, the least that a statement can take here.',
  });
}

function factTable(record: RunRecord): Html {
  const { environment, dataset, target } = record;
  const warmupMs = record.phases.warmup.endMs - record.phases.warmup.startMs;
  const facts: readonly (readonly [string, string])[] = [
    ['run', record.id],
    ['started', formatMoment(record.startedAt)],
    ['command', record.command],
    ['load', `${loadPhrase(record)}; connections: ${connectionsPhrase(record) ?? 'not told'}`],
    [
      'phases',
      `warm-up ${formatPeriod(warmupMs)}, measurement ${formatPeriod(measuredMs(record))}`,
    ],
    ['dataset', dataset.identity],
    [
      'data',
      `${formatNoun(dataset.orders, 'order')}, ${formatNoun(dataset.rows, 'row')}, ${formatBytes(dataset.bytes)} when loaded; seed ${dataset.seed}, profile ${dataset.profile}`,
    ],
    ['schema fingerprint', record.schemaFingerprint],
    [
      'state',
      target.state === 'fresh'
        ? 'a fresh clone of the loaded shop, dropped after the run'
        : 'the shop itself: earlier runs have changed it',
    ],
    [
      'machine',
      `${environment.host}: ${environment.cpu}, ${formatCount(environment.cores)} cores, ${formatBytes(environment.memoryBytes)}`,
    ],
    ['system', `${environment.platform}, Node.js ${environment.node}`],
    [
      'Cartload',
      `${record.cartloadVersion}${environment.commit === null ? '' : `, commit ${environment.commit}`}`,
    ],
  ];
  return dataTable({
    caption: 'The run',
    columns: [{ label: 'what' }, { label: 'value', isText: true }],
    rows: facts,
  });
}

function nodeTable(record: RunRecord): Html {
  return dataTable({
    caption: 'Nodes',
    columns: [
      { label: 'node' },
      { label: 'role', isText: true },
      { label: 'address', isText: true },
      { label: 'PostgreSQL', isText: true },
      { label: 'round trip p50' },
      { label: 'round trip max' },
      { label: 'n' },
    ],
    rows: record.target.nodes.map(({ name, role, address, serverVersion, roundTripUs }) => [
      name,
      role,
      address,
      serverVersion,
      formatDuration(roundTripUs.p50),
      formatDuration(roundTripUs.max),
      formatCount(roundTripUs.samples),
    ]),
  });
}

function settingTable(record: RunRecord): Html {
  const { nodes } = record.target;
  const names = [...new Set(nodes.flatMap((node) => Object.keys(node.settings)))].sort();
  return dataTable({
    caption: 'Server settings by node',
    columns: [{ label: 'setting' }, ...nodes.map(({ name }) => ({ label: name, isText: true }))],
    rows: names.map((name) => [name, ...nodes.map((node) => node.settings[name] ?? '-')]),
  });
}

function capabilityTable(record: RunRecord): Html {
  const { capabilities, unavailable } = record.target;
  const names = [...new Set([...Object.keys(capabilities), ...Object.keys(unavailable)])].sort();
  return dataTable({
    caption: 'What the role may do here',
    columns: [
      { label: 'capability' },
      { label: 'available', isText: true },
      { label: 'why not', isText: true },
    ],
    rows: names.map((name) => [
      name,
      capabilities[name] === true ? 'yes' : 'no',
      unavailable[name] ?? '',
    ]),
  });
}
