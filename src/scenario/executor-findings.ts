import { asMap, type Finding, valueAt } from './finding.ts';
import { EXECUTORS } from './scenario.ts';
import { parseStageTarget } from './stage-target.ts';
import { given, parseDurationMs } from './units.ts';

type Executor = (typeof EXECUTORS)[number];

interface ExecutorKeys {
  /** Keys that it cannot do without, with an example. */
  readonly needs: Readonly<Record<string, string>>;
  readonly takes: readonly string[];
}

const RATE_STAGES = '[{ duration: 1m, target: 400/s }]';
const USER_STAGES = '[{ duration: 1m, target: 32 }]';

/** The keys of `load` that belong to some executors only. */
const EXECUTOR_KEYS: Readonly<Record<Executor, ExecutorKeys>> = {
  'constant-arrival-rate': {
    needs: { rate: '200/s', duration: '60s' },
    takes: ['process', 'maxQueue'],
  },
  'ramping-arrival-rate': {
    needs: { startRate: '50/s', stages: RATE_STAGES },
    takes: ['process', 'maxQueue'],
  },
  'constant-vus': { needs: { vus: '16', duration: '60s' }, takes: ['thinkTime'] },
  'ramping-vus': { needs: { startVus: '1', stages: USER_STAGES }, takes: ['thinkTime'] },
  'shared-iterations': {
    needs: { vus: '16', iterations: '10000', duration: '60s' },
    takes: ['thinkTime'],
  },
};

const SPECIAL_KEYS = new Set(
  Object.values(EXECUTOR_KEYS).flatMap(({ needs, takes }) => [...Object.keys(needs), ...takes]),
);

/** What of `load` does not go together: keys with the executor, a ramp with itself, workers with their work. */
export function executorFindings(data: unknown): readonly Finding[] {
  const load = asMap(valueAt(data, ['load']));
  if (load === null) return [];
  const executor = EXECUTORS.find((name) => name === load['executor']);
  return [
    ...(executor === undefined ? [] : keyFindings(load, executor)),
    ...(executor === undefined ? [] : stageFindings(load, executor)),
    ...workerFindings(load),
  ];
}

function keyFindings(load: Readonly<Record<string, unknown>>, executor: Executor): Finding[] {
  const { needs, takes } = EXECUTOR_KEYS[executor];
  const findings: Finding[] = [];
  for (const [key, example] of Object.entries(needs)) {
    if (load[key] !== undefined) continue;
    findings.push({
      path: ['load', key],
      anchor: 'key',
      message: `is missing (got executor: ${executor} without it) - write ${key}: ${example}`,
    });
  }
  for (const key of Object.keys(load)) {
    if (!SPECIAL_KEYS.has(key) || key in needs || takes.includes(key)) continue;
    if (key === 'thinkTime' && load[key] === null) continue;
    findings.push({
      path: ['load', key],
      anchor: 'key',
      message: `does not fit ${executor} (got ${given(load[key])}) - ${insteadOf(key, executor)}`,
    });
  }
  return findings;
}

function insteadOf(key: string, executor: Executor): string {
  if (key === 'duration') return 'leave it out: the stages last as long as they say';
  const others = EXECUTORS.filter(
    (name) => key in EXECUTOR_KEYS[name].needs || EXECUTOR_KEYS[name].takes.includes(key),
  ).filter((name) => name !== executor);
  return `leave it out, or write executor: ${others.join(' or ')}`;
}

function stageFindings(load: Readonly<Record<string, unknown>>, executor: Executor): Finding[] {
  const { stages } = load;
  if (!executor.startsWith('ramping') || !Array.isArray(stages)) return [];
  const wanted = executor === 'ramping-vus' ? 'users' : 'rate';
  const findings: Finding[] = [];
  let lengthMs = 0;
  let highest = 0;
  for (const [index, stage] of stages.entries()) {
    const duration = parseDurationMs(asMap(stage)?.['duration']);
    lengthMs += duration.ok ? duration.value : 1;
    const input = asMap(stage)?.['target'];
    const parsed = parseStageTarget(input);
    highest = Math.max(highest, parsed.ok ? parsed.target.value : 1);
    if (!parsed.ok || parsed.target.kind === wanted) continue;
    const right =
      wanted === 'users' ? 'write a number of users, such as 16' : 'write a rate, such as 200/s';
    findings.push({
      path: ['load', 'stages', index, 'target'],
      anchor: 'value',
      message: `does not fit ${executor} (got ${given(input)}) - ${right}`,
    });
  }
  const refuse = (wrong: string, right: string) =>
    findings.push({ path: ['load', 'stages'], anchor: 'key', message: `${wrong} - ${right}` });
  if (stages.length > 0 && lengthMs === 0) {
    refuse('have no length (got only 0s)', 'give at least one stage a duration');
  }
  if (stages.length > 0 && highest === 0) {
    refuse('come to no load (got only targets of 0)', 'give at least one stage a target above 0');
  }
  return findings;
}

/** Each worker needs something to do, and a connection to each node to do it over. */
function workerFindings(load: Readonly<Record<string, unknown>>): Finding[] {
  const { workers } = load;
  if (typeof workers !== 'number' || workers <= 1) return [];
  const findings: Finding[] = [];
  const demand = (path: readonly string[], value: unknown) => {
    if (typeof value !== 'number' || value >= workers) return;
    findings.push({
      path: ['load', ...path],
      anchor: 'value',
      message: `is too small for ${workers} workers (got ${value}) - write at least ${workers}, or fewer workers`,
    });
  };
  const connections = asMap(load['connections']);
  demand(['connections', 'primary'], connections?.['primary'] ?? 16);
  demand(['connections', 'replica'], connections?.['replica'] ?? 8);
  demand(['vus'], load['vus']);
  return findings;
}
