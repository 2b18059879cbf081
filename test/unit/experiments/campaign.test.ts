import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCampaign } from '../../../src/experiments/campaign/campaign-file.ts';
import { CampaignJournal } from '../../../src/experiments/campaign/campaign-journal.ts';
import type { Provider } from '../../../src/experiments/campaign/provider.ts';
import {
  type CampaignOptions,
  orderOf,
  requireNothingLeft,
  runCampaign,
} from '../../../src/experiments/campaign/run-campaign.ts';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

const FILE = `name: three
scenario: scenarios/capacity
repeats: 2
classes:
  small: { local: { settings: { shared_buffers: 16MB }, processors: 1 } }
  large: { local: {}, topology: { own: [{ what: server, usdPerHour: 3.6 }] } }
`;

const SCENARIO = parseScenario(
  `name: tiny
load: { executor: constant-arrival-rate, rate: 100/s, duration: 5s }
mix: { checkout: 1 }
thresholds: [checkout.response.p99 < 200ms]
capacity: { precision: 10%, confirmations: 2 }
`,
  'tiny.yaml',
  { transactions: ['checkout'], appTransactions: ['checkout'] },
);

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cartload-campaign-'));
  await initHistograms();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const journalIn = (file: string) => new CampaignJournal(join(folder, file), 'ours');

/** A campaign on classes that only write down what was asked of them. */
function setUp(failing: { step?: keyof Provider; class?: string; left?: readonly string[] } = {}) {
  const campaign = parseCampaign(FILE, 'three.yaml');
  const steps: string[] = [];
  let clock = 0;
  const controller = new AbortController();
  if (!SCENARIO.ok || SCENARIO.scenario.capacity === null) throw new Error('the scenario is good');
  const { scenario } = SCENARIO;
  const { capacity } = SCENARIO.scenario;
  let runs = 0;
  const providerOf = (name: string): Provider => {
    const step =
      <T>(what: keyof Provider, result: T) =>
      async () => {
        steps.push(`${name} ${what}`);
        clock += 60_000;
        if (failing.step === what && failing.class === name) throw new Error(`no ${what} today`);
        return result;
      };
    return {
      kind: 'embedded',
      processors: 2,
      provision: step('provision', undefined),
      load: step('load', undefined),
      openRun: step('openRun', {} as never),
      collect: step('collect', []),
      destroy: step('destroy', undefined),
      leftovers: async () => failing.left ?? [],
    };
  };
  const options: CampaignOptions = {
    campaign,
    scenario: { ...scenario, capacity },
    providerOf,
    journal: journalIn(`journal-${files++}.jsonl`),
    usdPerHour: (name) => (name === 'large' ? 3.6 : 0),
    async run({ scenario: each, label, open }) {
      const id = `${label}-${runs++}`;
      await open(id);
      const rate = each.load.executor === 'constant-arrival-rate' ? each.load.ratePerSecond : 0;
      const passed = rate <= (label === 'large' ? 400 : 150);
      const text = 'checkout.response.p99 < 200ms';
      return sampleRecord({
        id,
        thresholds: [{ text, actual: '1 ms', passed }],
        interrupted: false,
      });
    },
    onStep: () => {},
    onPoint: () => {},
    signal: controller.signal,
    now: () => clock,
  };
  return { options, steps, controller };
}

describe('a campaign', () => {
  test('measures every class in every repeat, and destroys each', async () => {
    const { options, steps } = setUp();
    const outcome = await runCampaign(options);
    expect(outcome).toMatchObject({ failures: [], leftovers: [], stopped: '' });
    const results = options.journal.results;
    expect(results.map((each) => `${each.class} ${each.repeat}`).sort()).toEqual([
      'large 0',
      'large 1',
      'small 0',
      'small 1',
    ]);
    expect(results.every(({ search }) => search.end === 'found')).toBe(true);
    expect(steps.filter((step) => step.endsWith('destroy'))).toHaveLength(4);
    expect(outcome.spentUsd).toBeGreaterThan(0);
  });

  test('goes on after a kill with what is not there, and with nothing else', async () => {
    const { options, steps } = setUp();
    await runCampaign({ ...options, campaign: { ...options.campaign, repeats: 1 } });
    const before = steps.length;
    const spent = options.journal.results.reduce((sum, { usd }) => sum + usd, 0);
    const outcome = await runCampaign(options);
    const provisioned = steps.slice(before).filter((step) => step.endsWith('provision'));
    expect(provisioned.sort()).toEqual(['large provision', 'small provision']);
    expect(options.journal.results).toHaveLength(4);
    expect(outcome.spentUsd).toBeGreaterThan(spent);
  });

  test.each(['provision', 'load', 'openRun', 'collect', 'destroy'] as const)(
    'a provider that fails at %s costs its own class, and nothing of the others',
    async (step) => {
      const { options, steps } = setUp({ step, class: 'small' });
      const outcome = await runCampaign(options);
      expect(outcome.failures.map((each) => each.class)).toEqual(['small', 'small']);
      expect(outcome.failures[0]).toMatchObject({
        step: step === 'openRun' ? 'warm' : step,
        message: `no ${step} today`,
      });
      const done = options.journal.results.map((each) => each.class);
      expect(done.filter((name) => name === 'large')).toHaveLength(2);
      // What was measured before `destroy` failed is a result.
      expect(done.filter((name) => name === 'small')).toHaveLength(step === 'destroy' ? 2 : 0);
      expect(steps.filter((each) => each === 'small destroy')).toHaveLength(2);
    },
  );

  test('what could not be destroyed is named, with what to do', async () => {
    const { options } = setUp({ step: 'destroy', class: 'large', left: ['process 4711'] });
    const outcome = await runCampaign(options);
    expect(outcome.leftovers).toContain('large: process 4711');
    expect(() => requireNothingLeft(outcome)).toThrow(/large: process 4711/);
    expect(() => requireNothingLeft({ ...outcome, leftovers: [] })).not.toThrow();
  });

  test('a ceiling ends it before the next step; what is finished stays, and the class is destroyed', async () => {
    const { options, steps } = setUp();
    const campaign = { ...options.campaign, ceiling: 0.3 };
    const outcome = await runCampaign({ ...options, campaign });
    expect(outcome.stopped).toBe('The ceiling of $0.3 was reached.');
    expect(outcome.spentUsd).toBeGreaterThanOrEqual(0.3);
    expect(outcome.spentUsd).toBeLessThan(0.6);
    expect(steps.at(-1)).toMatch(/destroy$/);
  });

  test('interrupted, it destroys the class at hand and ends', async () => {
    const { options, steps, controller } = setUp();
    const run: CampaignOptions['run'] = async (each) => {
      controller.abort(new Error('interrupted'));
      return options.run(each);
    };
    await expect(runCampaign({ ...options, run })).rejects.toThrow('interrupted');
    expect(steps.at(-1)).toMatch(/destroy$/);
    expect(steps.filter((step) => step.endsWith('provision'))).toHaveLength(1);
  });

  test('the order is random, another one in each repeat, and the same for a seed', () => {
    const classes = Object.fromEntries([...'abcdef'].map((name) => [name, {} as never]));
    const order = (seed: number) =>
      orderOf({ classes, repeats: 3, seed }).map(({ name, repeat }) => `${name}${repeat}`);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    const [first, second] = [order(1).slice(0, 6), order(1).slice(6, 12)];
    expect(first.map((each) => each[0])).not.toEqual(second.map((each) => each[0]));
    expect(first.map((each) => each[0]).sort()).toEqual([...'abcdef']);
  });
});

describe('the journal of a campaign', () => {
  test('a line that a kill has cut short is left out; another subject begins anew', async () => {
    const { options } = setUp();
    const file = join(folder, 'cut.jsonl');
    const first = new CampaignJournal(file, 'ours');
    await runCampaign({ ...options, journal: first });
    expect(first.results).toHaveLength(4);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -30));
    const second = new CampaignJournal(file, 'ours');
    expect(second).toMatchObject({ isContinued: true, startedAt: first.startedAt });
    expect(second.results).toHaveLength(3);
    const other = new CampaignJournal(file, 'theirs');
    expect(other).toMatchObject({ isContinued: false, results: [] });
  });
});

describe('a campaign file', () => {
  const problems = (text: string) => {
    try {
      parseCampaign(text, 'my.yaml');
    } catch (error) {
      return (error as Error).message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    }
    return [];
  };

  test('every problem is told, with its place', () => {
    expect(
      problems(`name: Bad Name
scenario: scenarios/capacity
repeats: 0
classes:
  one: { local: { processors: 0 } }
  two: {}
  three: { url: { primary: x }, local: {} }
`),
    ).toEqual([
      'my.yaml:1:7: name: write lower-case letters, digits and hyphens',
      expect.stringMatching(/^my\.yaml:3:10: repeats: .*>=1/),
      expect.stringMatching(/^my\.yaml:5:31: classes\.one\.local\.processors: /),
      'my.yaml:6:8: classes.two: needs one provider: local or url',
      'my.yaml:7:10: classes.three: needs one provider: local or url',
    ]);
    expect(problems('name: [')[0]).toMatch(/flow/i);
    expect(problems('')[0]).toMatch(/^my\.yaml/);
  });
});
