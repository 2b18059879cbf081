import { parentPort, workerData } from 'node:worker_threads';
import { openAlarmThread } from '../arrivals/alarm.ts';
import { applyLoad } from './apply-load.ts';
import type { ToWorker, WorkerPlan } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('load-thread runs in a worker thread only');
await applyLoad(workerData as WorkerPlan, {
  post: (message) => port.postMessage(message),
  listen: (hear) => {
    port.on('message', (message: ToWorker) => hear(message));
  },
  openAlarm: openAlarmThread,
});
port.close();
