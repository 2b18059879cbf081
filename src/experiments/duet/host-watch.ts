import { readFileSync } from 'node:fs';

/** A tick of /proc/stat in milliseconds; 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** The host's canary: how much of the machine others take while an experiment runs. */
export class HostWatch {
  readonly #serversMs: () => number;
  readonly #before: Reading | null;

  /** @param serversMs CPU that the experiment's servers have used so far */
  constructor(serversMs: () => number) {
    this.#serversMs = serversMs;
    this.#before = this.#read();
  }

  /** Since the watch began, a share from 0 to 1 of all processors, stolen time among it; null: not known. */
  othersShare(): number | null {
    const after = this.#read();
    const before = this.#before;
    if (before === null || after === null || after.wholeMs <= before.wholeMs) return null;
    const others = after.busyMs - before.busyMs - (after.ownMs - before.ownMs);
    return Math.max(0, others) / (after.wholeMs - before.wholeMs);
  }

  #read(): Reading | null {
    try {
      // user, nice, system, idle, iowait, irq, softirq, steal
      const fields = /^cpu\s+(.*)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
      const ticks = (fields ?? '').split(' ').slice(0, 8).map(Number);
      const whole = ticks.reduce((sum, each) => sum + each, 0);
      const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
      const { user, system } = process.cpuUsage();
      return {
        wholeMs: whole * TICK_MS,
        busyMs: (whole - idle) * TICK_MS,
        ownMs: (user + system) / 1000 + this.#serversMs(),
      };
    } catch {
      return null;
    }
  }
}

interface Reading {
  readonly wholeMs: number;
  readonly busyMs: number;
  readonly ownMs: number;
}
