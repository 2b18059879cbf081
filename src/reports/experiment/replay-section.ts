import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { ReplayFinding, ReplayRecord } from '../../measurements/replay-record.ts';
import { formatBytes, formatSignificant } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { type Section, section } from '../sections/section.ts';
import { dataTable, tableBehind } from '../table.ts';
import {
  findingPhrase,
  otherPlanChanges,
  replaySentence,
  statementPhrases,
} from './replay-text.ts';

/** What the server does for single actions of both arms; null where nobody asked. */
export function replaySection({ replay }: ExperimentRecord): Section | null {
  if (replay === null) return null;
  return section({
    id: 'replay',
    title: 'What the server does for each action',
    opening: replaySentence(replay),
    body: html`${findingList(replay)}${planList(replay)}${noteList(replay)}${actionTable(replay)}${tableBehind('Every statement and its plans', statementTable(replay))}`,
    method: `Each kind of action ${replay.executions} times on one connection, on a fresh clone of each arm, the same seeded actions on both: buffers as pg_stat_statements counts them, write-ahead log without full-page images (pg_walinspect), generic plans and those for the first values. On the same data that repeats to the buffer, however busy the machine is. What differs was looked for again on other clones, after ANALYZE there, and is shown only where it was found again. A change of up to 5 %, of less than one buffer or 64 bytes of log, does not count.`,
  });
}

function findingList({ findings }: ReplayRecord): Html | null {
  if (findings.length === 0) return null;
  return html`<ul class="taints">${findings.map(
    (finding) =>
      html`<li><span class="${finding.direction === 'worse' ? 'bad' : 'good'}"><strong>${finding.direction}</strong></span> ${findingPhrase(finding)}${evidence(finding)}</li>\n`,
  )}</ul>`;
}

function evidence(finding: ReplayFinding): Html {
  return html`<ul>${statementPhrases(finding).map(
    ({ cost, plans }) =>
      html`<li>${cost}${plans === null ? null : html`<br>was <code>${plans.before}</code><br>is <code>${plans.after}</code>`}</li>\n`,
  )}</ul>`;
}

function planList(replay: ReplayRecord): Html | null {
  const changes = otherPlanChanges(replay);
  if (changes.length === 0) return null;
  return dataTable({
    caption: 'Plans that changed without costing more or fewer buffers',
    columns: [
      { label: 'statement' },
      { label: 'was', isText: true },
      { label: 'is', isText: true },
    ],
    rows: changes.map(({ statement, baseline, candidate }) => [
      statement,
      baseline.join(' or '),
      candidate.join(' or '),
    ]),
  });
}

function noteList({ notes }: ReplayRecord): Html | null {
  return notes.length === 0
    ? null
    : html`<ul class="taints">${notes.map((note) => html`<li>○ ${note}</li>\n`)}</ul>`;
}

function actionTable({ baseline, candidate }: ReplayRecord): Html {
  return dataTable({
    caption: 'Per action',
    groups: [
      { label: '', columns: 1 },
      { label: 'buffers', columns: 2 },
      { label: 'WAL', columns: 2 },
      { label: 'rows', columns: 2 },
      { label: 'rejected', columns: 2 },
      { label: 'failed', columns: 2 },
    ],
    columns: [
      { label: 'action' },
      ...Array.from({ length: 5 }, () => [{ label: 'baseline' }, { label: 'candidate' }]).flat(),
    ],
    rows: baseline.map((before) => {
      const after = candidate.find(({ name }) => name === before.name) ?? before;
      const pair = (of: (action: typeof before) => string) => [of(before), of(after)];
      return [
        before.name,
        ...pair(({ buffers }) => formatSignificant(buffers)),
        ...pair(({ walBytes }) => formatBytes(walBytes)),
        ...pair(({ rows }) => formatSignificant(rows)),
        ...pair(({ outcomes }) => String(outcomes.rejected)),
        ...pair(({ outcomes }) => String(outcomes.failed)),
      ];
    }),
  });
}

function statementTable({ baseline, candidate }: ReplayRecord): Html {
  const rows = [
    ['baseline', baseline],
    ['candidate', candidate],
  ] as const;
  return dataTable({
    caption: 'Statements of each arm',
    columns: [
      { label: 'statement' },
      { label: 'arm', isText: true },
      { label: 'calls' },
      { label: 'buffers per call' },
      { label: 'rows per call' },
      { label: 'WAL records per call' },
      { label: 'plans', isText: true },
    ],
    rows: rows
      .flatMap(([arm, actions]) =>
        actions.flatMap(({ statements }) => statements.map((each) => ({ arm, ...each }))),
      )
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ name, arm, calls, buffers, rows: perCall, walRecords, plans }) => [
        name,
        arm,
        String(calls),
        formatSignificant(buffers),
        formatSignificant(perCall),
        formatSignificant(walRecords),
        plans.join(' or '),
      ]),
  });
}
