import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectoriesOf, serverUserOf } from '../../src/database/embedded/cluster-layout.ts';
import { serverProcessesIn } from '../../src/database/embedded/process-table.ts';

/** Servers of experiments that still run, and folders that they have left, of a command run in this directory. */
export function experimentLeftovers(directory: string): readonly string[] {
  const state = join(directory, '.cartload');
  return dataDirectoriesOf(state).flatMap((data) =>
    readdirSync(data)
      .filter((name) => name.startsWith('experiment-'))
      .flatMap((name) => [
        name,
        ...serverProcessesIn(join(data, name), serverUserOf(state)).map(String),
      ]),
  );
}
