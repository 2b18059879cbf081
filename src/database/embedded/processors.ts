import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The processors that this process may use: `[0, 1]`; empty where the system does not say. */
export function ownProcessors(): readonly number[] {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
    return list.split(',').flatMap((part) => {
      const [from = Number.NaN, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  } catch {
    return [];
  }
}

/** Binds processes to processors by `taskset`, which util-linux has; false where that is not possible. */
export async function pinProcesses(
  pids: readonly number[],
  processors: readonly number[],
): Promise<boolean> {
  try {
    const list = processors.join(',');
    await Promise.all(
      pids.map(async (pid) => {
        await run('taskset', ['-p', '-c', list, String(pid)]).catch((error: unknown) => {
          // One that has ended meanwhile needs no processor.
          if (processCpuMs(pid) > 0) throw error;
        });
      }),
    );
    return pids.length > 0;
  } catch {
    return false;
  }
}

/** CPU that a process has used so far, in milliseconds; 0 where it is gone, or the system does not say. */
export function processCpuMs(pid: number): number {
  try {
    return Number.parseInt(readFileSync(`/proc/${pid}/schedstat`, 'latin1'), 10) / 1e6;
  } catch {
    return 0;
  }
}
