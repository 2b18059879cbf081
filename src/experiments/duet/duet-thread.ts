import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../errors.ts';
import { DuetArm } from './duet-arm.ts';
import type { DuetArmPlan, FromDuetArm, ToDuetArm } from './duet-messages.ts';

const port = parentPort;
if (port === null) throw new Error('duet-thread runs in a worker thread only');
const post = (message: FromDuetArm) => port.postMessage(message);
const arm = await DuetArm.create(workerData as DuetArmPlan);

async function obey(message: ToDuetArm): Promise<FromDuetArm> {
  switch (message.kind) {
    case 'open':
      await arm.open(message.database, message.runTag);
      return { kind: 'opened' };
    case 'run':
      return { kind: 'ended', samples: await arm.run(message.startedAt, message.deal) };
    case 'close':
      await arm.closeDatabase();
      return { kind: 'closed' };
  }
}

port.on('message', (message: ToDuetArm) => {
  obey(message).then(post, (error: unknown) => post({ kind: 'fault', message: messageOf(error) }));
});
