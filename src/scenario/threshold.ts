/** A limit of the scenario, read from its one-line text. */
export interface Threshold {
  readonly text: string;
  readonly metric: ThresholdMetric;
  readonly comparison: '<' | '<=' | '>' | '>=';
  /** In the metric's own unit: ms, events per 1000, a share from 0 to 1, or per second. */
  readonly limit: number;
}

export const THRESHOLD_EVENTS = [
  'deadlocks',
  'serialization failures',
  'standby conflicts',
  'retries',
  'give-ups',
] as const;
export type ThresholdEvent = (typeof THRESHOLD_EVENTS)[number];

export const THRESHOLD_PARTS = [
  'failed',
  'rejected',
  'dropped',
  'late',
  'unfinished',
  'in doubt',
  'stale',
] as const;
export type ThresholdPart = (typeof THRESHOLD_PARTS)[number];

/** What can be limited. A transaction of null: all of the mix together. */
export type ThresholdMetric =
  /** `checkout.response.p99`, `all.lag.max`: ms, over the committed, with failures censored. */
  | {
      readonly kind: 'latency';
      readonly transaction: string | null;
      readonly measure: 'response' | 'service' | 'lag';
      /** `p99`, `p99.9`, `max`. */
      readonly quantile: string;
    }
  /** `statement checkout.take_stock on primary p99`: ms, over every execution. */
  | {
      readonly kind: 'statement';
      readonly statement: string;
      /** Null: all nodes together. */
      readonly node: string | null;
      readonly quantile: string;
    }
  /** `deadlocks per 1000 checkout`: events per 1000 arrivals. */
  | {
      readonly kind: 'per-thousand';
      readonly event: ThresholdEvent;
      readonly transaction: string | null;
    }
  /** `failed of arrivals`, `stale of track_order`: a share of arrivals. */
  | {
      readonly kind: 'share';
      readonly part: ThresholdPart;
      readonly transaction: string | null;
    }
  /** `goodput`, `checkout.goodput`: committed per second; `offered`: arrivals per second. */
  | { readonly kind: 'goodput' | 'offered'; readonly transaction: string | null }
  /** `replica age p95`: ms, over samples of all replicas. */
  | { readonly kind: 'replica-age'; readonly quantile: 'p50' | 'p95' | 'max' }
  /** `client busy`: share of the busiest worker's time. */
  | { readonly kind: 'client-busy' }
  /** `timer lag p99`: ms, how late the load generator itself handed arrivals over. */
  | { readonly kind: 'timer-lag'; readonly quantile: string };
