import { readdirSync, readFileSync } from 'node:fs';

/** User and system time of a tick of /proc, in seconds; 100 a second on every Linux that Node runs on. */
const TICK_S = 0.01;

interface ProcessStat {
  readonly parent: number;
  readonly ticks: number;
  /** Of its children that have ended and been waited for. */
  readonly endedTicks: number;
}

/**
 * CPU that a server on this machine has used so far, in seconds: all its processes, those of sessions
 * that have ended included. Null for a server elsewhere, and where there is no /proc.
 *
 * @param backendPid the server's process of any session of ours
 */
export function readServerCpuSeconds(host: string, backendPid: number): number | null {
  if (process.platform !== 'linux' || !/^(127\.|localhost$|::1$|\/)/.test(host)) return null;
  const backend = statOf(backendPid);
  if (backend === null || !isPostgres(backendPid)) return null;
  const postmaster = statOf(backend.parent);
  if (postmaster === null || !isPostgres(backend.parent)) return null;
  let ticks = postmaster.ticks + postmaster.endedTicks;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat?.parent === backend.parent) ticks += stat.ticks;
  }
  return ticks * TICK_S;
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  } catch {
    return false;
  }
}

function statOf(pid: number): ProcessStat | null {
  try {
    // Behind the name in brackets: state, parent, ...; user, system, and those of children waited for.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const number = (index: number) => Number(fields[index]);
    return {
      parent: number(1),
      ticks: number(11) + number(12),
      endedTicks: number(13) + number(14),
    };
  } catch {
    return null;
  }
}
