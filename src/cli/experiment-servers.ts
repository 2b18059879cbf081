import { EmbeddedCluster } from '../database/embedded/embedded-cluster.ts';
import { ExperimentServers } from '../database/embedded/experiment-servers.ts';
import { initHistograms } from '../measurements/histogram.ts';
import type { CommandContext } from './context.ts';

/** Servers for one experiment, while the embedded cluster is this command's. */
export async function withExperimentServers<T>(
  { terminal, signal, stateDirectory, commandLine }: CommandContext,
  use: (servers: ExperimentServers) => Promise<T>,
): Promise<T> {
  const onProgress = (step: string) => terminal.say(`· ${step}`);
  const cluster = await EmbeddedCluster.acquire({
    directory: stateDirectory,
    command: commandLine,
  });
  try {
    const servers = await ExperimentServers.open({ stateDirectory, onProgress, signal });
    try {
      await initHistograms();
      return await use(servers);
    } finally {
      await servers.close();
    }
  } finally {
    await cluster.release();
  }
}
