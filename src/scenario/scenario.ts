import type { Logic } from '../schema/duties.ts';
import type { Profile } from '../schema/profiles.ts';
import type { Threshold } from './threshold.ts';
import type { TransactionDefinition } from './transaction-definition.ts';

/** A scenario with every default filled in: what a run does, and nothing about where. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly dataset: ScenarioDataset;
  readonly load: Load;
  /** Weight per transaction name; only those above 0. */
  readonly mix: Readonly<Record<string, number>>;
  /** The user's own that are in the mix. */
  readonly transactions: readonly TransactionDefinition[];
  readonly access: Access;
  readonly checkout: CheckoutOptions;
  /** Who keeps up what: the database's triggers, or the application. */
  readonly logic: Logic;
  readonly security: Security;
  readonly routing: Routing;
  readonly isolation: IsolationLevel;
  readonly retry: Retry;
  readonly timeouts: Timeouts;
  /** Settings of the server, for the sessions of the load. */
  readonly settings: Readonly<Record<string, string>>;
  /** A server of its own, made for the scenario; null: the target as it is. */
  readonly server: OwnServer | null;
  readonly thresholds: readonly Threshold[];
  /** How the highest rate is searched at which the thresholds hold; null: the scenario is one run. */
  readonly capacity: CapacitySettings | null;
}

export interface CapacitySettings {
  /** Arrivals per second; the first run has the rate of the load. */
  readonly mostPerSecond: number;
  /** Ratio of neighbouring rates, less 1. */
  readonly precision: number;
  /** Runs about the limit, after it was found once. */
  readonly confirmations: number;
}

/** A server on this machine that is not as the embedded one. */
export interface OwnServer {
  /** The bin/ folder of other server programs; null: the embedded ones. */
  readonly binaries: string | null;
  /** On top of the embedded server's. */
  readonly settings: Readonly<Record<string, string>>;
  /** How many of the machine's processors it may use; null: all. */
  readonly processors: number | null;
}

export interface ScenarioDataset {
  /** A multiple of 1000. */
  readonly orders: number;
  readonly seed: number;
  readonly profile: Profile;
}

export const EXECUTORS = [
  'constant-vus',
  'ramping-vus',
  'constant-arrival-rate',
  'ramping-arrival-rate',
  'shared-iterations',
] as const;

export type Load =
  | ConstantVus
  | RampingVus
  | ConstantArrivalRate
  | RampingArrivalRate
  | SharedIterations;

interface LoadCommon {
  readonly durationMs: number;
  readonly warmupMs: number;
  /** How long the running transactions may take to end after the measurement. */
  readonly gracefulStopMs: number;
  readonly connections: { readonly primary: number; readonly replica: number };
  /** Threads that apply the load; they share arrivals and connections. */
  readonly workers: number;
  /** An arrival that starts this much after its intended start is late. */
  readonly lateAfterMs: number;
}

/** From the value before in a straight line to `target`. */
export interface Stage {
  readonly durationMs: number;
  readonly target: number;
}

/** How long a virtual user rests between two transactions. */
export interface ThinkTime {
  readonly meanMs: number;
  readonly distribution: 'exponential' | 'constant';
}

/** Closed model: each virtual user starts its next transaction when the last one has ended. */
interface ClosedModel extends LoadCommon {
  /** Null: none. */
  readonly thinkTime: ThinkTime | null;
}

export interface ConstantVus extends ClosedModel {
  readonly executor: 'constant-vus';
  readonly vus: number;
}

export interface RampingVus extends ClosedModel {
  readonly executor: 'ramping-vus';
  /** During the warm-up. */
  readonly startVus: number;
  readonly stages: readonly Stage[];
}

/** Exactly so many arrivals after the warm-up; `durationMs` is the longest that they may take. */
export interface SharedIterations extends ClosedModel {
  readonly executor: 'shared-iterations';
  readonly vus: number;
  readonly iterations: number;
}

/** Open model: arrivals come at their own times, whether or not the shop keeps up. */
interface OpenModel extends LoadCommon {
  readonly process: 'poisson' | 'uniform';
  /** Arrivals waiting for a connection to one node; beyond it they are dropped and counted. */
  readonly maxQueue: number;
}

export interface ConstantArrivalRate extends OpenModel {
  readonly executor: 'constant-arrival-rate';
  readonly ratePerSecond: number;
}

export interface RampingArrivalRate extends OpenModel {
  readonly executor: 'ramping-arrival-rate';
  /** During the warm-up. */
  readonly startRatePerSecond: number;
  readonly stages: readonly Stage[];
}

export function isOpenModel(load: Load): load is ConstantArrivalRate | RampingArrivalRate {
  return load.executor === 'constant-arrival-rate' || load.executor === 'ramping-arrival-rate';
}

/**
 * How the choices of products spread. `log-normal`: as the shop's own orders, true to real shops.
 * `zipf`: skew 0.99, as YCSB has it, some hundred times hotter at the head. `uniform`: none is more
 * popular than another.
 */
export const POPULARITIES = ['log-normal', 'zipf', 'uniform'] as const;
export type Popularity = (typeof POPULARITIES)[number];

export interface Access {
  readonly popularity: Popularity;
  /** The first `products` ids get `share` of all product choices; null: no hot set. */
  readonly hot: { readonly products: number; readonly share: number } | null;
  /** Share of the order histories looked at that are those of buyers in this run. */
  readonly newOrders: number;
}

/**
 * `statements`: a round trip a statement; `pipelined`: one for all that do not need each other's
 * answers; `procedure`: one for the whole checkout.
 */
export const CHECKOUT_STRATEGIES = ['statements', 'pipelined', 'procedure'] as const;
export type CheckoutStrategy = (typeof CHECKOUT_STRATEGIES)[number];

export const PAYMENTS = ['paypal', 'card'] as const;

export interface CheckoutOptions {
  readonly strategy: CheckoutStrategy;
  /** `card`: its token is encrypted by the server. */
  readonly payment: (typeof PAYMENTS)[number];
  /** `cart`: stock is locked in the order of the cart, so deadlocks can happen; `sorted`: by key. */
  readonly lockOrder: 'cart' | 'sorted';
}

export const SECURITY_ROLES = ['owner', 'app'] as const;

export interface Security {
  /** As whom the clients work: the owner of the shop, or `shop_app` with an application's rights. */
  readonly role: (typeof SECURITY_ROLES)[number];
  /** Orders are seen and written by row-level security: only those of the customer at hand. */
  readonly rowLevel: boolean;
}

export const READ_POLICIES = ['primary', 'replica', 'replica-if-fresh', 'causal'] as const;

export interface Routing {
  readonly reads: (typeof READ_POLICIES)[number];
  /**
   * `replica-if-fresh`: an older replica is passed over. `causal`: how long a read waits for its
   * shopper's own last write.
   */
  readonly maxLagMs: number;
}

export const ISOLATION_LEVELS = ['read committed', 'repeatable read', 'serializable'] as const;
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

export interface Retry {
  /** Including the first. */
  readonly maxAttempts: number;
  /** Full jitter: a uniform share of min(max, initial x 2^k). */
  readonly backoff: { readonly initialMs: number; readonly maxMs: number; readonly jitter: 'full' };
}

export interface Timeouts {
  readonly statementMs: number;
  readonly lockMs: number;
}
