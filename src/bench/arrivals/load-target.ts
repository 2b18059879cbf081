import type { Load } from '../../scenario/scenario.ts';
import { constantRamp, type Ramp, stagedRamp } from './ramp.ts';

/** What the executor aims at over time: arrivals per second in the open model, users in the closed. */
export function targetOf(load: Load): Ramp {
  const wholeMs = load.warmupMs + load.durationMs;
  switch (load.executor) {
    case 'constant-arrival-rate':
      return constantRamp(load.ratePerSecond, wholeMs);
    case 'ramping-arrival-rate':
      return stagedRamp(load.startRatePerSecond, load.warmupMs, load.stages);
    case 'ramping-vus':
      return stagedRamp(load.startVus, load.warmupMs, load.stages);
    case 'constant-vus':
    case 'shared-iterations':
      return constantRamp(load.vus, wholeMs);
  }
}
