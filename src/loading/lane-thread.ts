import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { type LaneOptions, runLane } from './lane.ts';

/** What a lane's thread says at its end. */
export type LaneMessage =
  | { readonly kind: 'done' }
  /** An error loses its class on the way to another thread. */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | null };

let message: LaneMessage = { kind: 'done' };
try {
  await runLane(workerData as LaneOptions);
} catch (error) {
  const { code } = error as { code?: unknown };
  const text = messageOf(error);
  message = { kind: 'failed', message: text, code: typeof code === 'string' ? code : null };
}
parentPort?.postMessage(message);
