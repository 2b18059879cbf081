import type { DIFFERENCE_KINDS, ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { RunRecord } from '../../measurements/run-record.ts';

type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];
type Difference = ExperimentRecord['differences'][number];

/** A fact about a run that another may not share. */
interface Fact {
  readonly what: string;
  readonly kind: DifferenceKind;
  readonly value: string;
}

/** Parts of a scenario that decide what is asked of the shop. */
const ASKED = ['mix', 'transactions', 'access'] as const;
/** Parts that decide how it is asked: they may be what is compared. */
const HOW = [
  'checkout',
  'logic',
  'security',
  'routing',
  'isolation',
  'retry',
  'timeouts',
  'settings',
] as const;

/** What is not the same in all runs, with the value of each. */
export function differencesOf(runs: readonly RunRecord[]): Difference[] {
  const facts = runs.map((run) => new Map(factsOf(run).map((fact) => [fact.what, fact])));
  const names = new Set(facts.flatMap((each) => [...each.keys()]));
  return [...names].flatMap((what) => {
    const found = facts.map((each) => each.get(what));
    const values = found.map((fact) => fact?.value ?? 'none');
    const kind = found.find((fact) => fact !== undefined)?.kind ?? 'circumstance';
    return new Set(values).size === 1 ? [] : [{ what, kind, values }];
  });
}

/** What must be the same in all runs whose capacities are ranked: everything asked of the shop but the rate. */
export function fingerprintOf(run: RunRecord): Record<string, string> {
  return Object.fromEntries([
    ...factsOf(run)
      .filter(({ what, kind }) => kind === 'incomparable' || what === 'schema')
      .filter(({ what }) => what !== 'load ratePerSecond')
      .map(({ what, value }) => [what, value]),
    ['thresholds', run.thresholds.map(({ text }) => text).join('; ')],
  ]);
}

function factsOf(run: RunRecord): readonly Fact[] {
  const { dataset, target, environment, scenario } = run;
  const { load } = scenario as { readonly load?: Readonly<Record<string, unknown>> };
  const { connections, workers, ...offered } = load ?? {};
  const fact = (kind: DifferenceKind) => (what: string, value: unknown) => ({
    what,
    kind,
    value: typeof value === 'string' ? value : inOrder(value),
  });
  const [incomparable, subject, circumstance] = [
    fact('incomparable'),
    fact('subject'),
    fact('circumstance'),
  ];
  const isEmbedded = target.kind === 'embedded';
  // An embedded server stands on the machine of the load generator: there it is what may be compared.
  const machine = isEmbedded ? subject : circumstance;
  return [
    incomparable('Cartload version', run.cartloadVersion),
    incomparable('dataset', dataset.identity),
    ...partsOf('load', offered).map(([what, value]) => incomparable(what, value)),
    ...ASKED.flatMap((part) => partsOf(part, scenario[part])).map(([what, value]) =>
      incomparable(what, value),
    ),
    ...HOW.flatMap((part) => partsOf(part, scenario[part])).map(([what, value]) =>
      subject(what, value),
    ),
    ...partsOf('server', scenario['server'] ?? {})
      .filter(([, value]) => value !== null)
      .map(([what, value]) => subject(what, value)),
    subject('connections', connections),
    circumstance('load workers', workers),
    subject('schema', run.schemaFingerprint),
    subject('commit', environment.commit ?? 'not known'),
    subject('target', target.kind),
    circumstance('state of the data', target.state),
    circumstance('orders of earlier runs', String(dataset.ordersAdded)),
    subject('pooler', target.pooler === null ? 'none' : target.pooler.prepares),
    subject('nodes', target.nodes.map(({ role }) => role).join(', ')),
    ...(isEmbedded
      ? []
      : [subject('server', target.nodes.map(({ address }) => address).join(', '))]),
    subject('PostgreSQL', [...new Set(target.nodes.map((node) => node.serverVersion))].join(', ')),
    ...Object.entries(target.nodes[0]?.settings ?? {}).map(([name, value]) =>
      subject(`setting ${name}`, value),
    ),
    machine('CPU', `${environment.cpu}, ${environment.cores} cores`),
    machine('memory', String(environment.memoryBytes)),
    machine('host', environment.host),
    circumstance('Node.js', environment.node),
  ];
}

/** Each part of a setting by its own name. */
function partsOf(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, part]) => [`${name} ${key}`, part] as const)
    : [[name, value]];
}

/** JSON that is the same for the same content, in whichever order its keys were written. */
function inOrder(value: unknown): string {
  return JSON.stringify(value ?? null, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
