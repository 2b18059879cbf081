import { withConnection } from '../../database/connect.ts';
import { verifyShop } from '../../loading/verify-shop.ts';
import type { Command } from '../command.ts';
import { DATASET_OPTIONS, withLoadedShop } from '../loaded-target.ts';
import { describeVerification } from '../verification.ts';

/** Checks that the loaded shop is what the generator says, and that its books balance. */
export const verify: Command = {
  name: 'verify',
  usage: 'verify',
  describe: 'Check rows, checksums and books of the loaded shop',
  optionNames: Object.keys(DATASET_OPTIONS),
  options: (args) => args.options(DATASET_OPTIONS),
  async run(context, values) {
    const { terminal, signal } = context;
    const result = await withLoadedShop(context, values, (shop, first, address) =>
      withConnection(address, { purpose: 'inspect' }, (second) => {
        const onCount = (done: number, total: number) => terminal.live(`  ${done} of ${total}`);
        return verifyShop({ clients: [first, second], shop, signal, onCount });
      }),
    );
    terminal.print(
      context.json ? JSON.stringify(result, null, 2) : describeVerification(result, { full: true }),
    );
    return result.passed ? 0 : 1;
  },
};
