import type { RunRecord } from '../../measurements/run-record.ts';

type Judged = Pick<
  RunRecord,
  'transactions' | 'phases' | 'books' | 'thresholds' | 'taints' | 'interrupted'
>;

/** One status, one sentence and one exit code for a whole run. */
export function judgeRun(run: Judged): RunRecord['verdict'] {
  const measured = describeMeasured(run);
  const taint = run.taints.find(({ level }) => level !== 'note');
  const tail = taint === undefined ? '' : ` Suspect: ${taint.text}`;
  if (!run.books.checked) {
    const failure = run.taints.find(({ rule }) => rule === 'target-failed')?.text ?? '';
    return {
      status: 'invalid',
      sentence: `Target failed: ${measured} ${booksSentence(run)} ${failure}`.trimEnd(),
      exitCode: 5,
    };
  }
  if (!run.books.balanced) {
    const sentence = `${measured} ${booksSentence(run)}${tail}`;
    return { status: 'fail', sentence, exitCode: 1 };
  }
  if (run.interrupted) {
    return {
      status: 'interrupted',
      sentence: `Ended early by the user: ${measured} ${booksSentence(run)}${tail}`,
      exitCode: 130,
    };
  }
  const committed = count(run, ({ outcomes }) => outcomes.committed);
  if (committed === 0) {
    const sentence = `Not valid: nothing was committed. ${booksSentence(run)}${tail}`;
    return { status: 'invalid', sentence, exitCode: 4 };
  }
  const failed = run.thresholds.filter(({ passed }) => !passed);
  const limits =
    failed.length === 0
      ? ''
      : ` Missed: ${failed.map(({ text, actual }) => `${text} (was ${actual})`).join('; ')}.`;
  const sentence = `${measured} ${booksSentence(run)}${limits}${tail}`;
  return failed.length === 0
    ? { status: 'pass', sentence, exitCode: 0 }
    : { status: 'fail', sentence, exitCode: 1 };
}

function describeMeasured(run: Judged): string {
  const { startMs, endMs } = run.phases.measurement;
  const seconds = (endMs - startMs) / 1000;
  if (seconds <= 0) return 'nothing measured.';
  const perSecond = count(run, ({ outcomes }) => outcomes.committed) / seconds;
  const headline = run.transactions['checkout'];
  const latency = headline?.latency.committed?.response.p99;
  const p99 =
    latency === undefined
      ? ''
      : `, checkout p99 ${latency.isLowerBound ? '> ' : ''}${Number((latency.valueUs / 1000).toPrecision(3))} ms`;
  return `${perSecond.toFixed(1)} committed/s for ${Number(seconds.toFixed(1))} s${p99}.`;
}

function booksSentence({ books }: Judged): string {
  if (!books.checked) return 'BOOKS NOT CHECKED.';
  if (books.balanced) return 'Books balanced.';
  const wrong = [
    books.missing > 0 ? `${books.missing} acknowledged orders missing` : '',
    books.different > 0 ? `${books.different} with another total` : '',
    books.doubled > 0 ? `${books.doubled} doubled` : '',
    books.unexpected > 0 ? `${books.unexpected} unexpected` : '',
    ...books.invariants
      .filter(({ violations }) => violations > 0)
      .map(({ name, violations }) => `${name}: ${violations} violations`),
  ].filter((text) => text !== '');
  return `BOOKS NOT BALANCED: ${wrong.join(', ')}.`;
}

function count(
  run: Judged,
  of: (transaction: RunRecord['transactions'][string]) => number,
): number {
  return Object.values(run.transactions).reduce((sum, transaction) => sum + of(transaction), 0);
}
