import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';

/** What a thread of the harness was busy with, over the measurement window. */
export interface ClientUsage {
  /** Busy share of the event loop, 0 to 1. */
  readonly eventLoopUtilization: number;
  readonly eventLoopDelayP99Ms: number;
  /** Time in which the garbage collector held the thread up. */
  readonly gcMs: number;
  /** User and system time of this thread; null where Node cannot tell (before 23.9). */
  readonly cpuSeconds: number | null;
}

export interface ClientMonitor {
  /** Utilisation since the last call, for the time line. */
  sample(): number;
  /** Ends the watch. */
  stop(): ClientUsage;
}

const NS_PER_MS = 1e6;

// Node records the time between two firings of a timer of this period, the period included.
const DELAY_RESOLUTION_MS = 20;

/** Of newer Nodes than the oldest that is supported. */
const { threadCpuUsage } = process as typeof process & {
  threadCpuUsage?: (since?: NodeJS.CpuUsage) => NodeJS.CpuUsage;
};

/** Watches the thread that calls it. */
export function watchClient(): ClientMonitor {
  const startLoop = performance.eventLoopUtilization();
  const startCpu = threadCpuUsage?.();
  let gcMs = 0;
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs += duration;
  });
  collections.observe({ entryTypes: ['gc'] });
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  let last = startLoop;
  return {
    sample() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    stop() {
      delay.disable();
      collections.disconnect();
      const cpu = startCpu === undefined ? null : threadCpuUsage?.(startCpu);
      return {
        eventLoopUtilization: performance.eventLoopUtilization(startLoop).utilization,
        eventLoopDelayP99Ms: Math.max(0, delay.percentile(99) / NS_PER_MS - DELAY_RESOLUTION_MS),
        gcMs,
        cpuSeconds: cpu == null ? null : (cpu.user + cpu.system) / 1e6,
      };
    },
  };
}
