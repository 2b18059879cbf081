import type { Alarm } from '../../src/bench/arrivals/alarm.ts';
import type { Clock } from '../../src/clock.ts';

/** An alarm without a thread, which uncompiled code cannot start: as late as the clock's timers. */
export function timerAlarm(clock: Clock): Alarm {
  return {
    async waitUntil(time, signal) {
      await clock.sleep(Math.max(0, time - clock.now()), signal).catch(() => {});
    },
    async close() {},
  };
}
