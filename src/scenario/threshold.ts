/** A limit of the scenario, read from its one-line text. */
export interface Threshold {
  readonly text: string;
  readonly metric: ThresholdMetric;
  readonly comparison: '<' | '<=' | '>' | '>=';
  /** In the metric's own unit: ms, events per 1000, a share from 0 to 1, or per second. */
  readonly limit: number;
}

export type ThresholdMetric =
  /** `checkout.response.p99`: ms, over the committed, with failures censored. */
  | {
      readonly kind: 'latency';
      readonly transaction: string;
      readonly measure: 'response' | 'service' | 'lag';
      readonly quantile: 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'max';
    }
  /** `deadlocks per 1000 checkout`: events per 1000 arrivals of that transaction. */
  | {
      readonly kind: 'per-thousand';
      readonly event: 'deadlocks' | 'serialization failures' | 'retries';
      readonly transaction: string;
    }
  /** `failed of arrivals`, `rejected of checkout`: a share of all arrivals or of one transaction's. */
  | {
      readonly kind: 'share';
      readonly part: 'failed' | 'rejected' | 'dropped' | 'late';
      readonly transaction: string | null;
    }
  /** `goodput`, `checkout.goodput`: committed per second of the measurement window. */
  | { readonly kind: 'goodput'; readonly transaction: string | null };
