import type { BenchTick } from '../../bench/run-bench.ts';
import { formatCount } from '../../reports/format.ts';
import { isOpenModel, type Scenario } from '../../scenario/scenario.ts';

const BAR_WIDTH = 24;
const LABEL_WIDTH = 11;

/** What a run is doing, as the lines of a panel: phase, rate, response, outcomes, replica, queue. */
export function livePanel(tick: BenchTick, scenario: Scenario): readonly string[] {
  const { warmupMs, durationMs } = scenario.load;
  const share = Math.min(1, Math.max(0, tick.elapsedMs / (warmupMs + durationMs)));
  const filled = Math.round(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const labelled = (label: string, text: string) => `  ${label.padEnd(LABEL_WIDTH)}${text}`;
  const { tally } = tick;
  return [
    labelled(scenario.name.slice(0, LABEL_WIDTH - 1), `${bar} ${phase(tick, scenario)}`),
    labelled('load', `${load(tick, scenario)} · goodput ${rate(tick.committedPerSecond)}`),
    labelled('response', response(tick)),
    labelled(
      'outcomes',
      `${formatCount(tally.committed)} committed · ${formatCount(tally.rejected)} rejected · ${formatCount(tally.failed)} failed · ${formatCount(tally.retries)} retries · ${formatCount(tally.dropped)} dropped`,
    ),
    ...(tick.replicaAgesMs.length === 0 ? [] : [labelled('replica', replica(tick))]),
    labelled('queue', `${formatCount(tick.waiting)} waiting`),
  ];
}

/** The same in one line, for what is no terminal. */
export function liveLine(tick: BenchTick, scenario: Scenario): string {
  const { tally } = tick;
  const behind = tick.replicaAgesMs.length === 0 ? '' : ` · replica ${replica(tick)}`;
  return `  ${phase(tick, scenario)} · ${load(tick, scenario)} · goodput ${rate(tick.committedPerSecond)} · ${response(tick)} · ${tally.failed} failed · ${tally.retries} retries · ${tick.waiting} waiting${behind}`;
}

function phase({ elapsedMs }: BenchTick, { load: { warmupMs, durationMs } }: Scenario): string {
  const seconds = (ms: number) => `${Math.max(0, Math.ceil(ms / 1000))} s`;
  if (elapsedMs < warmupMs) return `warming up, ${seconds(warmupMs - elapsedMs)} left`;
  const leftMs = warmupMs + durationMs - elapsedMs;
  return leftMs > 0 ? `measuring, ${seconds(leftMs)} left` : 'finishing';
}

function load({ target, arrivalsPerSecond }: BenchTick, scenario: Scenario): string {
  return isOpenModel(scenario.load)
    ? `${rate(arrivalsPerSecond)} of ${rate(target)}`
    : `${Math.floor(target)} users, ${rate(arrivalsPerSecond)}`;
}

function response({ response: recent }: BenchTick): string {
  if (recent === null) return 'nothing committed in the last 5 s';
  const ms = (us: number) => `${Number((us / 1000).toPrecision(3))} ms`;
  return `p50 ${ms(recent.p50Us)} · p95 ${ms(recent.p95Us)} · p99 ${ms(recent.p99Us)}`;
}

function replica({ replicaAgesMs }: BenchTick): string {
  return replicaAgesMs
    .map((ageMs) => (ageMs === null ? 'does not answer' : `${Math.round(ageMs)} ms behind`))
    .join(', ');
}

function rate(perSecond: number): string {
  return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
}
