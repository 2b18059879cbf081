import { crossFieldFindings } from './cross-field-findings.ts';
import type { Finding } from './finding.ts';
import { readOwnTransactions } from './own-transactions.ts';
import type { Load, Scenario } from './scenario.ts';
import { type ScenarioFile, scenarioFileSchema } from './scenario-file.ts';
import { shapeFindings } from './shape-findings.ts';
import type { TransactionDefinition } from './transaction-definition.ts';
import { given } from './units.ts';
import { readVariants, sharedKeyFindings, variantFindings } from './variants.ts';
import type { Vocabulary } from './vocabulary.ts';
import { readYaml } from './yaml-source.ts';

/** One mistake in a scenario file, or in a file that it names. */
export interface ScenarioProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `load.rate`, `thresholds[0]`; empty for the whole file. */
  readonly path: string;
  /** "what is wrong (what was given) - what would be right". */
  readonly message: string;
}

export type ParsedScenario =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      /** By their names: the scenario with the changes of each. */
      readonly variants: ReadonlyMap<string, Scenario>;
    }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/**
 * Reads a scenario file: the scenario with every default filled in, or all of its problems in order
 * of their position, and behind them those of the files that it names. Where the YAML itself is broken, only that is reported, because the rest of
 * the file cannot be trusted then.
 */
export function parseScenario(text: string, file: string, vocabulary: Vocabulary): ParsedScenario {
  const source = readYaml(text);
  const problems: ScenarioProblem[] = source.faults.map((fault) => ({ file, path: '', ...fault }));
  const own = readOwnTransactions(source.isReadable ? source.data : null, vocabulary);
  const variants = source.isReadable ? readVariants(source.data) : [];
  if (source.isReadable) {
    const ofScenario = findingsOf(source.data, own.vocabulary);
    const ofVariants = variants.flatMap((variant) =>
      variantFindings(variant, findingsOf(variant.data, own.vocabulary), ofScenario),
    );
    const shared = sharedKeyFindings(source.data);
    for (const finding of [...ofScenario, ...own.findings, ...shared, ...ofVariants]) {
      const { path, message } = finding;
      problems.push({ file, ...source.locate(finding), path: pathText(path), message });
    }
  }
  const ofFiles = own.problems.map((problem) => ({ ...problem, path: '' }));
  if (problems.length + ofFiles.length > 0) {
    return { ok: false, problems: [...inOrder(problems), ...ofFiles] };
  }
  const made = (data: unknown) => resolve(scenarioFileSchema.parse(data), own.transactions);
  return {
    ok: true,
    scenario: made(source.data),
    variants: new Map(variants.map(({ name, data }) => [name, made(data)])),
  };
}

/** `file:line:column: path: message`. */
export function formatProblem(problem: ScenarioProblem): string {
  const { file, line, column, path, message } = problem;
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

function findingsOf(data: unknown, vocabulary: Vocabulary): readonly Finding[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const message = `is not a scenario (got ${given(data)}) - write a map with the keys name, load and mix`;
    return [{ path: [], anchor: 'value', message }];
  }
  return [...shapeFindings(data), ...crossFieldFindings(data, vocabulary)];
}

function inOrder(problems: readonly ScenarioProblem[]): readonly ScenarioProblem[] {
  const once = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, depth) => {
      if (typeof key === 'number') return `[${key}]`;
      return depth === 0 ? String(key) : `.${String(key)}`;
    })
    .join('');
}

function resolve(file: ScenarioFile, own: readonly TransactionDefinition[]): Scenario {
  const mix = Object.fromEntries(Object.entries(file.mix).filter(([, weight]) => weight > 0));
  return {
    name: file.name,
    description: file.description,
    dataset: { orders: file.dataset.scale, seed: file.dataset.seed, profile: file.dataset.profile },
    load: resolveLoad(file.load),
    mix,
    transactions: own.filter(({ name }) => Object.hasOwn(mix, name)),
    access: file.access,
    checkout: file.checkout,
    logic: file.logic,
    security: file.security,
    routing: { reads: file.routing.reads, maxLagMs: file.routing.maxLag },
    isolation: file.isolation,
    retry: {
      maxAttempts: file.retry.maxAttempts,
      backoff: {
        initialMs: file.retry.backoff.initial,
        maxMs: file.retry.backoff.max,
        jitter: file.retry.backoff.jitter,
      },
    },
    timeouts: { statementMs: file.timeouts.statement, lockMs: file.timeouts.lock },
    settings: asTexts(file.settings),
    server:
      file.server === null ? null : { ...file.server, settings: asTexts(file.server.settings) },
    thresholds: file.thresholds,
    capacity:
      file.capacity === null
        ? null
        : {
            mostPerSecond: file.capacity.most,
            precision: file.capacity.precision,
            confirmations: file.capacity.confirmations,
          },
  };
}

function asTexts(settings: ScenarioFile['settings']): Scenario['settings'] {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}

/** The cross-field rules have seen to it that the executor's own keys are there. */
function resolveLoad(load: ScenarioFile['load']): Load {
  const stages = (load.stages ?? []).map(({ duration, target }) => ({
    durationMs: duration,
    target: target.value,
  }));
  const common = {
    durationMs: load.duration ?? 0,
    warmupMs: load.warmup,
    gracefulStopMs: load.gracefulStop,
    connections: load.connections,
    workers: load.workers,
    lateAfterMs: load.lateAfter,
  };
  const staged = {
    ...common,
    durationMs: stages.reduce((sum, { durationMs }) => sum + durationMs, 0),
    stages,
  };
  const { executor, process, maxQueue, vus = 1 } = load;
  const thinkTime =
    load.thinkTime === null
      ? null
      : { meanMs: load.thinkTime.mean, distribution: load.thinkTime.distribution };
  switch (executor) {
    case 'constant-arrival-rate':
      return { executor, ratePerSecond: load.rate ?? 1, process, maxQueue, ...common };
    case 'ramping-arrival-rate':
      return { executor, startRatePerSecond: load.startRate ?? 0, process, maxQueue, ...staged };
    case 'constant-vus':
      return { executor, vus, thinkTime, ...common };
    case 'ramping-vus':
      return { executor, startVus: load.startVus ?? 0, thinkTime, ...staged };
    case 'shared-iterations':
      return { executor, vus, iterations: load.iterations ?? 1, thinkTime, ...common };
  }
}
