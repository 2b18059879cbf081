import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** What a cluster remembers from one command to the next. */
export interface ClusterState {
  /** For people: Cartload finds the data without it. */
  readonly dataDirectory?: string;
  /** `18.4`, as the binaries last said. */
  readonly serverVersion?: string;
  /** The ports of last time, used again while they are free. */
  readonly ports: { readonly primary?: number; readonly replica?: number };
  /** Whether the servers stay up when a command ends. */
  readonly isKeptRunning: boolean;
}

const NOTHING_KNOWN: ClusterState = { ports: {}, isKeptRunning: false };

/** Reads the state file; a missing or damaged one holds nothing that cannot be found out again. */
export async function readClusterState(file: string): Promise<ClusterState> {
  try {
    return { ...NOTHING_KNOWN, ...(JSON.parse(await readFile(file, 'utf8')) as ClusterState) };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return NOTHING_KNOWN;
    }
    throw error;
  }
}

/** Changes some of the state; a reader sees the old file or the new one, never a part. */
export async function updateClusterState(
  file: string,
  changes: Partial<ClusterState>,
): Promise<void> {
  const state = { ...(await readClusterState(file)), ...changes };
  const draft = `${file}.new-${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
