import type { Logic } from '../schema/duties.ts';
import type { Profile } from '../schema/profiles.ts';
import type { Threshold } from './threshold.ts';

/** A scenario with every default filled in: what a run does, and nothing about where. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly dataset: ScenarioDataset;
  readonly load: Load;
  /** Weight per transaction name; only those above 0. */
  readonly mix: Readonly<Record<string, number>>;
  readonly access: Access;
  readonly checkout: CheckoutOptions;
  /** Who keeps up what: the database's triggers, or the application. */
  readonly logic: Logic;
  readonly security: Security;
  readonly routing: Routing;
  readonly isolation: IsolationLevel;
  readonly retry: Retry;
  readonly timeouts: Timeouts;
  readonly thresholds: readonly Threshold[];
}

export interface ScenarioDataset {
  /** A multiple of 1000. */
  readonly orders: number;
  readonly seed: number;
  readonly profile: Profile;
}

export const EXECUTORS = ['constant-vus', 'constant-arrival-rate'] as const;
export type Load = ConstantVus | ConstantArrivalRate;

interface LoadCommon {
  readonly durationMs: number;
  readonly warmupMs: number;
  /** How long the running transactions may take to end after the measurement. */
  readonly gracefulStopMs: number;
  readonly connections: { readonly primary: number; readonly replica: number };
}

/** Closed model: each virtual user starts its next transaction when the last one has ended. */
export interface ConstantVus extends LoadCommon {
  readonly executor: 'constant-vus';
  readonly vus: number;
}

/** Open model: arrivals come at their own times, whether or not the shop keeps up. */
export interface ConstantArrivalRate extends LoadCommon {
  readonly executor: 'constant-arrival-rate';
  readonly ratePerSecond: number;
  readonly process: 'poisson' | 'uniform';
  /** Arrivals waiting for a connection to one node; beyond it they are dropped and counted. */
  readonly maxQueue: number;
}

export interface Access {
  readonly popularity: 'log-normal';
  /** The first `products` ids get `share` of all product choices; null: no hot set. */
  readonly hot: { readonly products: number; readonly share: number } | null;
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

export const READ_POLICIES = ['primary', 'replica', 'replica-if-fresh'] as const;

export interface Routing {
  readonly reads: (typeof READ_POLICIES)[number];
  /** `replica-if-fresh`: an older replica is passed over. */
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
