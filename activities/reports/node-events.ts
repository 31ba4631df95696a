/** Reads what the factory's reporter for node:test wrote (node-reporter.mjs). Pure. */
import { defined } from '../../workflows/contract/optional-fields.ts';
import { isFile } from './tap.ts';
import type { Outcome, TestReport, TestRun } from './test-report.ts';

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  pass: 'passed',
  fail: 'failed',
  skipped: 'skipped',
  todo: 'todo',
};

interface Event {
  readonly name?: unknown;
  readonly suite?: unknown;
  readonly outcome?: unknown;
  readonly kind?: unknown;
  readonly file?: unknown;
}

/** A line that is cut off is the last one of a process that was killed. */
export function readNodeEvents(text: string): TestReport {
  const runs: TestRun[] = [];
  const parents = new Set<string>();
  for (const { name, suite, outcome, kind, file } of text.split('\n').flatMap(eventOf)) {
    const result = OUTCOMES[String(outcome)];
    if (typeof name !== 'string' || !Array.isArray(suite) || result === undefined) continue;
    const path = suite.map(String);
    const where = typeof file === 'string' ? file : undefined;
    if (path.length > 0) parents.add(JSON.stringify([where, path]));
    // Its parts were told of before it; a suite that is skipped has none.
    const isSuite = parents.has(JSON.stringify([where, [...path, name]])) || (kind === 'suite' && result === 'passed');
    if (isSuite || (path.length === 0 && isFile(name))) continue;
    runs.push({ id: name, suite: path.join(' > '), outcome: result, ...defined({ file: where }) });
  }
  return { runs, counts: [] };
}

function eventOf(line: string): Event[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as Event];
  } catch {
    return [];
  }
}
