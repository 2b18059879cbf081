import { asMap, type Finding, valueAt } from './finding.ts';
import type { FileProblem, TransactionDefinition } from './transaction-definition.ts';
import { given } from './units.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What the files of a scenario's own transactions came to. */
export interface OwnTransactions {
  readonly transactions: readonly TransactionDefinition[];
  /** Problems of the scenario: names, and files that cannot be read. */
  readonly findings: readonly Finding[];
  /** Problems inside the files, file by file. */
  readonly problems: readonly (FileProblem & { readonly file: string })[];
  /** The names that the rest of the scenario may use: also of those with problems. */
  readonly vocabulary: Vocabulary;
}

/** `failed of arrivals` and `all.response.p99` are about all transactions. */
const WORDS_OF_THRESHOLDS = ['arrivals', 'all'];

/** Reads every file that a scenario declares under `transactions`. */
export function readOwnTransactions(data: unknown, vocabulary: Vocabulary): OwnTransactions {
  const declared = Object.entries(asMap(valueAt(data, ['transactions'])) ?? {});
  const transactions: TransactionDefinition[] = [];
  const findings: Finding[] = [];
  const problems: (FileProblem & { readonly file: string })[] = [];
  for (const [name, path] of declared) {
    const wrong = wrongWithName(name, vocabulary);
    const where = ['transactions', name];
    if (wrong !== null) findings.push({ path: where, anchor: 'key', message: wrong });
    // What is not a text is a matter of shape.
    if (typeof path !== 'string' || wrong !== null) continue;
    const read = vocabulary.readTransaction?.(name, path) ?? { reason: 'there are no files here' };
    if ('reason' in read) {
      const message = `cannot be read: ${read.reason} (got ${given(path)}) - write the path of an .sql file, from the folder of the scenario`;
      findings.push({ path: where, anchor: 'value', message });
    } else if (read.ok) {
      transactions.push(read.transaction);
    } else {
      const { file } = read;
      problems.push(...read.problems.map((problem) => ({ file, ...problem })));
    }
  }
  const names = declared.map(([name]) => name);
  return {
    transactions,
    findings,
    problems,
    vocabulary: {
      transactions: [...new Set([...vocabulary.transactions, ...names])],
      // What it may do there is its author's business, and the server's.
      appTransactions: [...vocabulary.appTransactions, ...names],
    },
  };
}

function wrongWithName(name: string, { transactions }: Vocabulary): string | null {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    return `is not a name (got ${given(name)}) - write lower-case letters, digits and _, a letter first`;
  }
  if (transactions.includes(name)) {
    return `has the name of a transaction that is there already (got ${given(name)}) - write another one`;
  }
  if (WORDS_OF_THRESHOLDS.includes(name)) {
    return `is a word of thresholds (got ${given(name)}) - write another name`;
  }
  return null;
}
