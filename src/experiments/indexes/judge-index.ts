import type {
  ForeignKeyCheck,
  IndexCard,
  IndexDuet,
  MeasuredIndex,
  MissingIndex,
} from '../../measurements/index-record.ts';
import type { MixCost } from './weigh-replays.ts';

/** Shares of the whole mix below which a change is not worth an index, nor its loss. */
const MARGIN = 0.005;
/** Buffers that repeat to the last one need no interval. */
const CLEAR_BUFFERS = 0.02;

type Judged = Pick<IndexCard, 'verdict' | 'reason'>;

/**
 * Whether an index earns its keep for a mix. Server CPU decides where its bounds do; where they do not,
 * buffers, which repeat exactly, decide if they speak clearly: what reads much more without it is needed, and
 * what nothing reads is only paid for.
 */
export function judgeIndex(card: Omit<IndexCard, 'verdict' | 'reason'>, whole: MixCost): Judged {
  const judged = judgeReplays(card, whole);
  const { duet, usage } = card;
  const decided =
    judged.verdict === 'undecided' && duet !== null ? (judgeDuet(duet) ?? judged) : judged;
  const [primary, ...replicas] = usage;
  const isOnReplicaOnly =
    primary?.scans === 0 &&
    replicas.some(({ scans }) => scans > 0) &&
    decided.verdict !== 'structural';
  return isOnReplicaOnly
    ? {
        ...decided,
        reason: `${decided.reason} Only the replica reads it: the primary’s own counters call it unused.`,
      }
    : decided;
}

function judgeReplays(card: Omit<IndexCard, 'verdict' | 'reason'>, whole: MixCost): Judged {
  const { enforces, foreignKeys, checks, measured, usedBy, scans, usage, redundantTo } = card;
  if (enforces !== null) {
    return { verdict: 'structural', reason: `It enforces a ${nameOf(enforces)}.` };
  }
  if (measured === null) return { verdict: 'undecided', reason: 'It was not measured.' };
  const isRead = scans > 0 || usedBy.length > 0 || usage.some((node) => node.scans > 0);
  const { net, bufferShare } = sharesOf(measured, whole);
  const spared = `Without it a thousand need ${percent(Math.abs(bufferShare))} ${bufferShare < 0 ? 'fewer' : 'more'} buffers`;
  if (foreignKeys.length > 0 && bufferShare < CLEAR_BUFFERS && !isRead) {
    return {
      verdict: 'structural',
      reason: `This mix does not read it; it serves the checks of ${foreignKeys.join(', ')} when rows there are deleted${priceOfChecks(checks)}.`,
    };
  }
  if (net !== null && net.lower !== null && net.lower > MARGIN) {
    return { verdict: 'keep', reason: `It saves ${percent(net.value)} of the server's CPU.` };
  }
  if (isRead && bufferShare >= CLEAR_BUFFERS) return { verdict: 'keep', reason: `${spared}.` };
  const price = priceOf(measured);
  if (!isRead) {
    return {
      verdict: 'drop candidate',
      reason: `Nothing in this mix reads it${price}${redundantTo === null ? '' : `, and ${redundantTo.name} can do all that it does`}.`,
    };
  }
  if (redundantTo !== null && bufferShare < MARGIN) {
    return {
      verdict: 'drop candidate',
      reason: `${redundantTo.name} takes its place${price}; ${spared.toLowerCase()}.`,
    };
  }
  if (net !== null && net.upper !== null && net.upper < -MARGIN) {
    return {
      verdict: 'drop candidate',
      reason: `It costs ${percent(-net.value)} of the server's CPU more than it saves.`,
    };
  }
  if (bufferShare <= -CLEAR_BUFFERS && (net === null || net.value < 0)) {
    return {
      verdict: 'drop candidate',
      reason: `Writes touch more for it than reads spare: without it a thousand need ${percent(-bufferShare)} fewer buffers${price}.`,
    };
  }
  if (net !== null && net.lower !== null && net.upper !== null) {
    const isSmall = net.lower >= -MARGIN && net.upper <= MARGIN;
    if (isSmall) return { verdict: 'neutral', reason: 'What it saves is what it costs.' };
  }
  return {
    verdict: 'undecided',
    reason: `${spared}${price}; its CPU is not bounded well enough to say which weighs more.`,
  };
}

/** What many at once say of it; null where that does not tell either. */
function judgeDuet({ verdict, clonePairs, cpu }: IndexDuet): Judged | null {
  const found = `${clonePairs} clone pairs under load${cpu === null ? '' : ` (CPU ${cpu.value < 0 ? '' : '+'}${percent(cpu.value)} without it)`}`;
  if (verdict === 'regression') return { verdict: 'keep', reason: `Worse without it in ${found}.` };
  if (verdict === 'improvement') {
    return { verdict: 'drop candidate', reason: `Better without it in ${found}.` };
  }
  if (verdict === 'pass') {
    return {
      verdict: 'neutral',
      reason: `Without it nothing is worse by what matters in ${found}.`,
    };
  }
  return null;
}

/** Whether an index that is not there would earn its keep. */
export function judgeMissing(
  { measured, checks }: Pick<MissingIndex, 'measured' | 'checks'>,
  whole: MixCost,
): Pick<MissingIndex, 'verdict' | 'reason'> {
  const { net, bufferShare } = sharesOf(measured, whole);
  if ((net?.lower ?? 0) > MARGIN || bufferShare >= CLEAR_BUFFERS) {
    return {
      verdict: 'worth it',
      reason: `With it a thousand need ${percent(bufferShare)} fewer buffers.`,
    };
  }
  if (bufferShare < MARGIN && checks.length > 0) {
    return {
      verdict: 'structural',
      reason: `This mix deletes nothing there, which is what it would serve${priceOfChecks(checks)}${priceOf(measured)}.`,
    };
  }
  if (bufferShare <= 0 && (measured.walBytes ?? 0) >= 0) {
    return {
      verdict: 'not worth it',
      reason: `Nothing in this mix would read it${priceOf(measured)}.`,
    };
  }
  return {
    verdict: 'undecided',
    reason: `It would spare ${percent(bufferShare)} of the buffers${priceOf(measured)}.`,
  };
}

function sharesOf({ buffers, netCpuMs }: MeasuredIndex, whole: MixCost) {
  const cpu = whole.cpuMs;
  const share = (value: number | null) => (value === null || cpu === null ? null : value / cpu);
  return {
    bufferShare: whole.buffers === 0 ? 0 : buffers / whole.buffers,
    net:
      netCpuMs === null || cpu === null
        ? null
        : {
            value: netCpuMs.value / cpu,
            lower: share(netCpuMs.lower),
            upper: share(netCpuMs.upper),
          },
  };
}

function priceOf({ walBytes, hotUpdates }: MeasuredIndex): string {
  const log =
    walBytes === null || walBytes < 1024
      ? ''
      : `, and it costs ${Math.round(walBytes / 1024)} KiB of log`;
  const updates = Math.round(hotUpdates);
  return updates < 1
    ? log
    : `${log}, and ${log === '' ? 'it keeps' : 'keeps'} ${updates} updates from being HOT`;
}

function priceOfChecks(checks: readonly ForeignKeyCheck[]): string {
  const [first] = checks.toSorted((a, b) => b.buffersWithout - a.buffersWithout);
  return first === undefined
    ? ''
    : `: a check reads ${first.buffersWithout} buffers without it, ${first.buffersWith} with it`;
}

function nameOf(enforces: NonNullable<IndexCard['enforces']>): string {
  return enforces === 'unique' ? 'unique key' : enforces === 'exclusion' ? 'exclusion' : enforces;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
