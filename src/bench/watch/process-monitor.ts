import type { Clock } from '../../clock.ts';

/** What the whole process used, all threads together, over the measurement window. */
export interface ProcessUsage {
  /** User and system time. */
  readonly cpuSeconds: number;
  readonly maxRssBytes: number;
}

/** Watches the process from a time on the clock on. */
export function watchProcess(clock: Clock, fromTime: number): { stop(): ProcessUsage } {
  let start = process.cpuUsage();
  const timer = setTimeout(
    () => {
      start = process.cpuUsage();
    },
    Math.max(0, fromTime - clock.now()),
  );
  return {
    stop() {
      clearTimeout(timer);
      const { user, system } = process.cpuUsage(start);
      return {
        cpuSeconds: (user + system) / 1e6,
        maxRssBytes: process.resourceUsage().maxRSS * 1024,
      };
    },
  };
}
