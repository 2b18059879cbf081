import type { CapacityPoint, LimitRecord } from '../../measurements/class-record.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { connectionsOf, loadSeconds } from './judge-point.ts';

/** A machine that is busier than this has nothing left to give. */
const BUSY_CPU = 0.85;
/** Of the sessions seen at work: what so many wait for is what they wait for. */
const LARGE_SHARE = 0.3;
const MOSTLY = 0.7;
const HALF = 0.5;
const OFTEN_BUSY_CPU = 0.6;
const BUSY_CONNECTIONS = 0.9;

/** What a limit is called in a sentence. */
const SENTENCES: Readonly<Record<LimitRecord['kind'], string>> = {
  CPU: 'The processors were the limit.',
  IO: 'Reading and writing data files was the limit.',
  locks: 'Sessions waiting for each other were the limit.',
  WAL: 'Writing the log at commit was the limit.',
  connections:
    'The connections were the limit: nearly all were in use, and the server had more to give.',
  'load generator': 'The load generator was the limit: the server may take more.',
  unknown: 'What was the limit is not known.',
};

/**
 * What stood in the way, from a run that did not hold, as near to the limit as there is one. It argues from
 * what was seen: CPU of the processes, waits of the sessions at work, connections in use.
 */
export function findLimit(run: RunRecord, point: CapacityPoint): LimitRecord {
  const shares = waitShares(run);
  const client = run.client.cpuSeconds / (loadSeconds(run) * run.environment.cores);
  const connections = connectionsOf(run);
  const inUse = connections === null ? null : point.busyConnections / connections;
  const isLocal = point.cpuShare !== null;
  const kind = kindOf(point, shares, isLocal ? client : 0, inUse);
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return {
    kind,
    sentence: SENTENCES[kind],
    evidence: [
      ...(point.cpuShare === null
        ? []
        : [
            { what: 'CPU of the server, of its processors', value: percent(point.cpuShare) },
            { what: 'CPU of the load generator, of the same machine', value: percent(client) },
          ]),
      ...(shares.samples === 0
        ? []
        : (['CPU', 'IO', 'locks', 'WAL', 'other'] as const).map((each) => ({
            what: `sessions at work: ${each === 'CPU' ? 'on CPU' : `waiting for ${each}`}`,
            value: percent(shares[each]),
          }))),
      ...(shares.events === ''
        ? []
        : [{ what: 'what most of them waited for', value: shares.events }]),
      ...(inUse === null
        ? []
        : [{ what: 'connections to the primary in use', value: percent(Math.min(1, inUse)) }]),
      ...(point.taints.length === 0 ? [] : [{ what: 'taints', value: point.taints.join(', ') }]),
    ],
  };
}

function kindOf(
  { taints, cpuShare }: CapacityPoint,
  shares: WaitShares,
  client: number,
  inUse: number | null,
): LimitRecord['kind'] {
  if (taints.includes('client-bound')) return 'load generator';
  if (cpuShare !== null && cpuShare + client >= BUSY_CPU) return 'CPU';
  const [largest] = (['locks', 'IO', 'WAL'] as const).toSorted((a, b) => shares[b] - shares[a]);
  if (largest !== undefined && shares[largest] >= LARGE_SHARE) return largest;
  if (cpuShare === null && shares.CPU >= MOSTLY) return 'CPU';
  // The slowest of a hundred miss a limit before the processors are full in the mean.
  if (cpuShare !== null && cpuShare + client >= OFTEN_BUSY_CPU && shares.CPU >= HALF) return 'CPU';
  return inUse !== null && inUse >= BUSY_CONNECTIONS ? 'connections' : 'unknown';
}

interface WaitShares extends Readonly<Record<'CPU' | 'IO' | 'locks' | 'WAL' | 'other', number>> {
  readonly samples: number;
  /** The most frequent waits, in words. */
  readonly events: string;
}

const SHOWN_EVENTS = 3;

function waitShares({ server, target }: RunRecord): WaitShares {
  const primary = target.nodes.find(({ role }) => role === 'primary')?.name;
  const waits = server?.nodes.find(({ name }) => name === primary)?.waits;
  const shares = { CPU: 0, IO: 0, locks: 0, WAL: 0, other: 0 };
  const samples = waits?.sessionSamples ?? 0;
  if (waits === undefined || samples === 0) return { ...shares, samples: 0, events: '' };
  for (const [event, count] of Object.entries(waits.events)) {
    shares[categoryOf(event)] += count / samples;
  }
  const events = Object.entries(waits.events)
    .filter(([event]) => event !== 'CPU')
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN_EVENTS)
    .map(([event, count]) => `${event} ${Math.round((100 * count) / samples)} %`);
  return { ...shares, samples, events: events.join(', ') };
}

function categoryOf(event: string): 'CPU' | 'IO' | 'locks' | 'WAL' | 'other' {
  if (event === 'CPU') return 'CPU';
  if (/wal|syncrep/i.test(event)) return 'WAL';
  if (/^(Lock|LWLock)\//.test(event)) return 'locks';
  return event.startsWith('IO/') ? 'IO' : 'other';
}
