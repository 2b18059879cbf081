import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** What the harness itself was busy with, over the measurement window. */
export interface ClientUsage {
  /** Busy share of the event loop, 0 to 1. */
  readonly eventLoopUtilization: number;
  readonly eventLoopDelayP99Ms: number;
  /** User and system time of the whole process. */
  readonly cpuSeconds: number;
  readonly maxRssBytes: number;
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

export function watchClient(): ClientMonitor {
  const startLoop = performance.eventLoopUtilization();
  const startCpu = process.cpuUsage();
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
      const cpu = process.cpuUsage(startCpu);
      return {
        eventLoopUtilization: performance.eventLoopUtilization(startLoop).utilization,
        eventLoopDelayP99Ms: Math.max(0, delay.percentile(99) / NS_PER_MS - DELAY_RESOLUTION_MS),
        cpuSeconds: (cpu.user + cpu.system) / 1e6,
        maxRssBytes: process.resourceUsage().maxRSS * 1024,
      };
    },
  };
}
