import type { RunRecord } from '../measurements/run-record.ts';
import { measuredMs } from '../measurements/run-totals.ts';
import { booksSentence, targetPhrase } from './headline.ts';
import { type Html, html, markupOf } from './html-text.ts';

/** `failure`: a limit was broken. `error`: the run itself cannot be relied on. `skipped`: nobody can tell. */
interface Problem {
  readonly kind: 'failure' | 'error' | 'skipped';
  readonly message: string;
}

export interface TestCase {
  readonly name: string;
  readonly problem: Problem | null;
}

/**
 * The run as a JUnit test suite, which CI systems show: a case for the validity of the run, one for the
 * books and one for each threshold. It is all green exactly when the command exits with 0.
 */
export function renderJunit(record: RunRecord): string {
  const cases = [validity(record), books(record), ...thresholds(record)];
  return renderSuite({
    name: record.scenario.name,
    cases,
    seconds: measuredMs(record) / 1_000,
    startedAt: record.startedAt,
    host: record.environment.host,
    properties: [
      ['run', record.id],
      ['dataset', record.dataset.identity],
      ['target', targetPhrase(record)],
      ['cartload', record.cartloadVersion],
    ],
  });
}

/** A test suite as JUnit writes it. */
export function renderSuite(suite: {
  readonly name: string;
  readonly cases: readonly TestCase[];
  readonly seconds: number;
  readonly startedAt: string;
  readonly host: string;
  readonly properties: readonly (readonly [name: string, value: string])[];
}): string {
  const { name, cases, startedAt, host, properties } = suite;
  const count = (kind: Problem['kind']) =>
    cases.filter(({ problem }) => problem?.kind === kind).length;
  const seconds = suite.seconds.toFixed(3);
  const counts = html`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
  const document = html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cartload" ${counts} time="${seconds}">
<testsuite name="${printable(name)}" ${counts} skipped="${count('skipped')}" time="${seconds}" timestamp="${startedAt}" hostname="${printable(host)}">
<properties>
${properties.map(([key, value]) => html`<property name="${key}" value="${printable(value)}"/>\n`)}</properties>
${cases.map((each) => testCase(name, each))}</testsuite>
</testsuites>
`;
  return markupOf(document);
}

function testCase(scenario: string, { name, problem }: TestCase): Html {
  const className = `cartload.${printable(scenario)}`;
  if (problem === null) {
    return html`<testcase classname="${className}" name="${printable(name)}"/>\n`;
  }
  const message = printable(problem.message);
  const inner = {
    failure: html`<failure message="${message}"/>`,
    error: html`<error message="${message}"/>`,
    skipped: html`<skipped message="${message}"/>`,
  }[problem.kind];
  return html`<testcase classname="${className}" name="${printable(name)}">${inner}</testcase>\n`;
}

function validity({ verdict, taints }: RunRecord): TestCase {
  const isBroken = verdict.status === 'invalid' || verdict.status === 'interrupted';
  const reasons = taints.filter(({ level }) => level === 'invalid').map(({ text }) => text);
  return {
    name: 'the run is valid',
    problem: isBroken ? { kind: 'error', message: [verdict.sentence, ...reasons].join(' ') } : null,
  };
}

function books(record: RunRecord): TestCase {
  const message = booksSentence(record);
  return {
    name: 'the books balance',
    problem: record.books.balanced ? null : { kind: 'failure', message },
  };
}

function thresholds(record: RunRecord): readonly TestCase[] {
  return record.thresholds.map(({ text, actual, passed }) => ({
    name: text,
    problem: passed ? null : { kind: 'failure', message: `${text}: it was ${actual}` },
  }));
}

/** Without the characters that XML 1.0 knows no way to write. */
function printable(text: string): string {
  // Control characters but tab and line ends, halves of surrogate pairs, and what is no character.
  return text.replaceAll(/[^\t\n\r\P{Cc}]|[\p{Cs}\ufffe\uffff]/gu, '\ufffd');
}
