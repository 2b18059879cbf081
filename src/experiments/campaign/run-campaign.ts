import { CartloadError, messageOf } from '../../errors.ts';
import type { CapacityPoint } from '../../measurements/class-record.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { cell, columnKey } from '../../random/cell.ts';
import type { CapacitySettings, Scenario } from '../../scenario/scenario.ts';
import { runCapacity } from '../capacity/run-capacity.ts';
import type { RunDatabase } from '../servers/run-database.ts';
import type { Campaign } from './campaign-file.ts';
import type { CampaignJournal } from './campaign-journal.ts';
import type { Provider } from './provider.ts';

export interface CampaignOptions {
  readonly campaign: Campaign;
  readonly scenario: Scenario & { readonly capacity: CapacitySettings };
  readonly providerOf: (name: string) => Provider;
  readonly journal: CampaignJournal;
  /** Dollars an hour of a class while it is there. */
  readonly usdPerHour: (name: string) => number;
  /** Runs a scenario on a database that was opened for it, and keeps the record. */
  readonly run: (options: {
    readonly scenario: Scenario;
    readonly kind: Provider['kind'];
    readonly label: string;
    readonly open: (id: string) => Promise<RunDatabase>;
  }) => Promise<RunRecord>;
  readonly onStep: (step: string) => void;
  /** After each run of a search: what it has come to, and dollars spent so far on all of it. */
  readonly onPoint: (points: readonly CapacityPoint[], spentUsd: number) => void;
  readonly signal: AbortSignal;
  /** Milliseconds, for the spend. */
  readonly now?: () => number;
}

const STEPS = ['provision', 'load', 'warm', 'run', 'collect', 'destroy'] as const;
type Step = (typeof STEPS)[number];

/** A class that has not given all that it was asked for. */
export interface CampaignFailure {
  readonly class: string;
  readonly step: Step;
  readonly message: string;
}

export interface CampaignOutcome {
  readonly failures: readonly CampaignFailure[];
  /** What somebody has to remove by hand; empty: nothing is left. */
  readonly leftovers: readonly string[];
  /** Dollars, those of runs before a kill included. */
  readonly spentUsd: number;
  /** Why not everything was measured that was asked for; empty where it was. */
  readonly stopped: string;
}

/** Spends nothing more once the ceiling is reached. */
class CeilingReached extends Error {}

/**
 * Measures each class in turn: provision, load, warm up by a run that does not count, search the capacity, collect, destroy. The classes come in a
 * random order, another one in each repeat, so that what drifts meanwhile favours none. Whatever fails, the
 * class is destroyed, what is left of it is named, and the next one comes; what is finished is kept.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const { campaign, journal, signal, usdPerHour, now = () => performance.now() } = options;
  const failures: CampaignFailure[] = [];
  const leftovers: string[] = [];
  let spentUsd = journal.results.reduce((sum, { usd }) => sum + usd, 0);
  let stopped = '';
  for (const { name, repeat } of orderOf(campaign)) {
    const isDone = journal.results.some((each) => each.class === name && each.repeat === repeat);
    if (isDone) continue;
    const startedAt = now();
    const spent = () => ((now() - startedAt) / 3_600_000) * usdPerHour(name);
    const requireBudget = () => {
      if (campaign.ceiling !== null && spentUsd + spent() >= campaign.ceiling) {
        throw new CeilingReached(`The ceiling of $${campaign.ceiling} was reached.`);
      }
    };
    try {
      await measureClass(
        options,
        { name, repeat, spentBefore: spentUsd, spent, requireBudget },
        failures,
        leftovers,
      );
    } catch (error) {
      if (!(error instanceof CeilingReached)) throw error;
      stopped = error.message;
    } finally {
      spentUsd += spent();
    }
    signal.throwIfAborted();
    if (stopped !== '') break;
  }
  return { failures, leftovers, spentUsd, stopped };
}

interface Turn {
  readonly name: string;
  readonly repeat: number;
  readonly spentBefore: number;
  readonly spent: () => number;
  readonly requireBudget: () => void;
}

async function measureClass(
  options: CampaignOptions,
  { name, repeat, spentBefore, spent, requireBudget }: Turn,
  failures: CampaignFailure[],
  leftovers: string[],
): Promise<void> {
  const { scenario, providerOf, journal, run, onStep, onPoint, signal } = options;
  requireBudget();
  const provider = providerOf(name);
  let step: Step = 'provision';
  const enter = (next: Step) => {
    signal.throwIfAborted();
    if (next !== 'destroy') requireBudget();
    step = next;
    onStep(`${name}: ${next}`);
  };
  try {
    enter('provision');
    await provider.provision();
    enter('load');
    await provider.load();
    const runOn = (each: Scenario) => {
      requireBudget();
      const open = (id: string) => provider.openRun(each, id);
      return run({ scenario: each, kind: provider.kind, label: name, open });
    };
    // What a load leaves to be written would fall into the first run.
    enter('warm');
    await runOn(scenario);
    enter('run');
    const { search, beyond, loadMs } = await runCapacity({
      scenario,
      processors: provider.processors,
      run: runOn,
      onPoint: (points) => onPoint(points, spentBefore + spent()),
    });
    enter('collect');
    const balances = await provider.collect();
    const result = { search, beyond: beyond.run.id, loadMs, balances };
    journal.add({ class: name, repeat, ...result, usd: spent() });
  } catch (error) {
    if (error instanceof CeilingReached || signal.aborted) throw error;
    failures.push({ class: name, step, message: messageOf(error) });
  } finally {
    await destroy(provider, name, failures, leftovers, onStep);
  }
}

/** Destroys a class and looks whether it is gone; what is not is a thing to do for somebody, and no reason to stop. */
async function destroy(
  provider: Provider,
  name: string,
  failures: CampaignFailure[],
  leftovers: string[],
  onStep: (step: string) => void,
): Promise<void> {
  onStep(`${name}: destroy`);
  try {
    await provider.destroy();
  } catch (error) {
    failures.push({ class: name, step: 'destroy', message: messageOf(error) });
  }
  try {
    leftovers.push(...(await provider.leftovers()).map((each) => `${name}: ${each}`));
  } catch (error) {
    leftovers.push(`${name}: it cannot be told what is left (${messageOf(error)})`);
  }
}

/** All classes in each repeat, in a random order. */
export function orderOf({
  classes,
  repeats,
  seed,
}: Pick<Campaign, 'classes' | 'repeats' | 'seed'>): { name: string; repeat: number }[] {
  const key = columnKey(seed, 'campaign', 'order');
  const names = Object.keys(classes);
  return Array.from({ length: repeats }, (_, repeat) =>
    names
      .map((name, index) => ({ name, repeat, at: cell(key, repeat, index) }))
      .sort((a, b) => a.at - b.at)
      .map(({ name: each }) => ({ name: each, repeat })),
  ).flat();
}

/** @throws CartloadError with what is to be done by hand */
export function requireNothingLeft({ leftovers }: CampaignOutcome): void {
  if (leftovers.length === 0) return;
  throw new CartloadError(
    'TARGET_FAILED',
    `Not everything could be destroyed:\n  ${leftovers.join('\n  ')}`,
    { hint: 'Remove it by hand: it may go on costing money. The results are kept.' },
  );
}
