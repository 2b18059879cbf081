import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import type { RunRecord } from '../../measurements/run-record.ts';

/** The machine that applied the load. */
export function describeEnvironment(): RunRecord['environment'] {
  return {
    host: hostname(),
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    commit: readCommit(),
  };
}

/** The commit checked out where the user stands; null outside a repository. */
function readCommit(): string | null {
  try {
    const git = ['rev-parse', '--short=12', 'HEAD'];
    return execFileSync('git', git, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
