import { type HistogramState, LatencyHistogram } from './histogram.ts';
import { type Outcome, outcomeGroup } from './outcome.ts';
import type { RunRecord, SeriesPoint } from './run-record.ts';

const MAX_POINTS = 600;
const FIRST_INTERVAL_MS = 250;

interface Interval {
  arrivals: number;
  committed: number;
  rejected: number;
  failed: number;
  dropped: number;
  retries: number;
  /** Response times of the committed; made with the first. */
  response: LatencyHistogram | null;
  /** Of the neighbour that was merged last; joins `response` a little later. */
  toMerge: LatencyHistogram | null;
  replicaAgeMs: number | null;
  eventLoopSum: number;
  eventLoopSamples: number;
}

/** The line as it crosses threads. */
export interface SeriesState {
  readonly intervalMs: number;
  readonly intervals: readonly (Omit<Interval, 'response' | 'toMerge'> & {
    readonly response: HistogramState | null;
  })[];
}

/**
 * The run as a line of at most 600 points. When they are used up, neighbours merge and the interval
 * doubles, so that memory and record do not grow with the length of the run. Offsets count
 * milliseconds from the start of the warm-up. An arrival belongs to the interval of its intended
 * start, however late its end is known.
 */
export class Series {
  #intervalMs = FIRST_INTERVAL_MS;
  #intervals: Interval[] = [];
  /** Histograms freed by a merge, for the intervals to come. */
  readonly #spare: LatencyHistogram[] = [];
  /**
   * Intervals with a histogram to merge. Each recording settles one: all 300 at once would hold up
   * the load for 6 to 13 ms.
   */
  readonly #unsettled: Interval[] = [];

  /**
   * Adds an arrival that has ended, or was dropped or left unfinished. An unfinished one counts as
   * an arrival and as nothing else.
   *
   * @param retries attempts after the first
   * @param responseUs null where the arrival came to no end
   */
  recordArrival(
    intendedMs: number,
    outcome: Outcome,
    responseUs: number | null,
    retries: number,
  ): void {
    const interval = this.#at(intendedMs);
    interval.arrivals += 1;
    interval.retries += retries;
    if (outcome === 'dropped') interval.dropped += 1;
    const group = outcomeGroup(outcome);
    if (group === null) return;
    interval[group] += 1;
    if (group !== 'committed' || responseUs === null) return;
    interval.response ??= this.#spare.pop() ?? new LatencyHistogram(2);
    interval.response.record(responseUs);
  }

  /** Adds a sample of the age of what the replica shows; the largest of an interval is kept. */
  recordReplicaAge(atMs: number, ageMs: number): void {
    const interval = this.#at(atMs);
    interval.replicaAgeMs = Math.max(interval.replicaAgeMs ?? 0, ageMs);
  }

  /** Adds a sample of the busy share of the event loop, 0 to 1; the mean of an interval is kept. */
  recordEventLoop(atMs: number, utilization: number): void {
    const interval = this.#at(atMs);
    interval.eventLoopSum += utilization;
    interval.eventLoopSamples += 1;
  }

  /** What another thread needs to go on with it. */
  toState(): SeriesState {
    this.#settleAll();
    const intervals = this.#intervals.map(({ toMerge: _, response, ...counts }) => ({
      ...counts,
      response: response?.toState() ?? null,
    }));
    return { intervalMs: this.#intervalMs, intervals };
  }

  /** Adds what another thread recorded of the same run. */
  absorb({ intervalMs, intervals }: SeriesState): void {
    while (this.#intervalMs < intervalMs) this.#mergeNeighbours();
    for (const [index, { response, ...counts }] of intervals.entries()) {
      const interval = this.#at(index * intervalMs);
      addCounts(interval, counts);
      if (response === null) continue;
      this.#settleAll();
      interval.response ??= this.#spare.pop() ?? new LatencyHistogram(2);
      interval.response.absorb(response);
    }
  }

  /** The points from offset 0 to the last recording, empty ones in between included. */
  toRecord(): RunRecord['series'] {
    this.#settleAll();
    return {
      intervalMs: this.#intervalMs,
      points: this.#intervals.map((interval, index) => toPoint(interval, index * this.#intervalMs)),
    };
  }

  /** Gives the memory of the histograms back; the series is then empty. */
  close(): void {
    this.#settleAll();
    for (const { response } of this.#intervals) response?.close();
    for (const histogram of this.#spare) histogram.close();
    this.#intervals = [];
    this.#spare.length = 0;
  }

  #at(offsetMs: number): Interval {
    if (!Number.isFinite(offsetMs)) throw new RangeError(`No place on the time line: ${offsetMs}.`);
    this.#settleOne();
    while (offsetMs >= MAX_POINTS * this.#intervalMs) this.#mergeNeighbours();
    const index = Math.max(0, Math.floor(offsetMs / this.#intervalMs));
    while (this.#intervals.length <= index) this.#intervals.push(emptyInterval());
    return this.#intervals[index] as Interval;
  }

  #mergeNeighbours(): void {
    this.#settleAll();
    const merged: Interval[] = [];
    for (const [index, interval] of this.#intervals.entries()) {
      const left = index % 2 === 1 ? merged.at(-1) : undefined;
      if (left === undefined) merged.push(interval);
      else this.#merge(left, interval);
    }
    this.#intervals = merged;
    this.#intervalMs *= 2;
  }

  #merge(left: Interval, right: Interval): void {
    addCounts(left, right);
    if (left.response === null) left.response = right.response;
    else if (right.response !== null) {
      left.toMerge = right.response;
      this.#unsettled.push(left);
    }
  }

  #settleOne(): boolean {
    const interval = this.#unsettled.pop();
    if (interval === undefined) return false;
    if (interval.toMerge !== null) {
      interval.response?.merge(interval.toMerge);
      interval.toMerge.reset();
      this.#spare.push(interval.toMerge);
      interval.toMerge = null;
    }
    return true;
  }

  #settleAll(): void {
    while (this.#settleOne());
  }
}

function addCounts(left: Interval, right: Omit<Interval, 'response' | 'toMerge'>): void {
  left.arrivals += right.arrivals;
  left.committed += right.committed;
  left.rejected += right.rejected;
  left.failed += right.failed;
  left.dropped += right.dropped;
  left.retries += right.retries;
  if (right.replicaAgeMs !== null) {
    left.replicaAgeMs = Math.max(left.replicaAgeMs ?? 0, right.replicaAgeMs);
  }
  left.eventLoopSum += right.eventLoopSum;
  left.eventLoopSamples += right.eventLoopSamples;
}

function emptyInterval(): Interval {
  return {
    arrivals: 0,
    committed: 0,
    rejected: 0,
    failed: 0,
    dropped: 0,
    retries: 0,
    response: null,
    toMerge: null,
    replicaAgeMs: null,
    eventLoopSum: 0,
    eventLoopSamples: 0,
  };
}

function toPoint(interval: Interval, atMs: number): SeriesPoint {
  const { arrivals, committed, rejected, failed, dropped, retries, response } = interval;
  return {
    atMs,
    arrivals,
    committed,
    rejected,
    failed,
    dropped,
    retries,
    p50Us: response?.quantileUs(0.5) ?? null,
    p95Us: response?.quantileUs(0.95) ?? null,
    p99Us: response?.quantileUs(0.99) ?? null,
    maxUs: response?.maxUs ?? null,
    replicaAgeMs: interval.replicaAgeMs,
    eventLoopUtilization:
      interval.eventLoopSamples === 0 ? null : interval.eventLoopSum / interval.eventLoopSamples,
  };
}
