/** Reads the texts of a report: files that a check left, and its output. Pure. */
import { withoutValues } from '../../clients/terminal/secrets.ts';
import type { Check } from '../../workflows/contract/settings.ts';
import { withoutSecrets } from '../secrets/redact.ts';
import { readGoJson } from './go-json.ts';
import { readJunit } from './junit.ts';
import { readNodeEvents } from './node-events.ts';
import { readPrinted } from './printed-tests.ts';
import type { ReportFile } from './read-files.ts';
import { readTap } from './tap.ts';
import { joinReports, type TestReport, UnreadableReport } from './test-report.ts';
import { readTrx } from './trx.ts';

/** `none`: nobody said that there is one, and no runner is known by what it left. */
export type Collected =
  | { readonly kind: 'read'; readonly report: TestReport }
  | { readonly kind: 'missing' | 'unreadable'; readonly reason: string }
  | { readonly kind: 'none' };

export interface ReportTexts {
  /** The configured format; undefined where runners are known by the files that they left. */
  readonly format?: NonNullable<Check['report']>;
  /** Read for a configured report that is no file, and for all that are not configured. */
  readonly output?: string;
  /** More was printed than `output` holds. */
  readonly isCut: boolean;
  readonly files: readonly ReportFile[];
  /** Runners of which `files` hold the tests that they print as well. */
  readonly listed: readonly string[];
  /** The checkout. */
  readonly root: string;
  /** Values that no report may hold, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

const READERS = { junit: readJunit, tap: readTap, 'go-json': readGoJson, trx: readTrx };

/** `missing` has no reason: the caller knows where it looked for the texts. */
export function readTexts(texts: ReportTexts): Collected {
  try {
    const reports = texts.format === undefined ? recognised(texts) : configured(texts, texts.format);
    if (reports.length > 0) return { kind: 'read', report: joinReports(reports, [texts.root]) };
    return texts.format === undefined ? { kind: 'none' } : { kind: 'missing', reason: '' };
  } catch (error) {
    if (!(error instanceof UnreadableReport)) throw error;
    if (texts.format === undefined && texts.files.length > 0) return readTexts({ ...texts, files: [], listed: [] });
    return { kind: 'unreadable', reason: error.message };
  }
}

function configured(texts: ReportTexts, format: NonNullable<Check['report']>): TestReport[] {
  const { output, isCut, files } = texts;
  const read = (text: string) => READERS[format](hide(texts, text));
  if (output === undefined) return files.map(({ text }) => read(text));
  if (isCut) throw new UnreadableReport(TOO_LONG);
  return output.trim() === '' ? [] : [read(output)];
}

/** Files first, since they know more than what is printed. */
function recognised(texts: ReportTexts): TestReport[] {
  const { files, output = '', isCut, listed } = texts;
  const fromFiles = files.flatMap(({ path, text }) => readOwn({ path, text: hide(texts, text) }));
  const left = fromFiles.filter(({ runs }) => runs.length > 0);
  const printed = readPrinted(hide(texts, output), listed);
  if (printed === undefined) return left;
  if (!isCut) return [...left, printed];
  // Tests may be missing in the middle, and would be missed at the head.
  if (left.length === 0) throw new UnreadableReport(TOO_LONG);
  return left;
}

const TOO_LONG = 'it printed more than is read';

function readOwn({ path, text }: ReportFile): TestReport[] {
  if (path.endsWith('.jsonl')) return [readNodeEvents(text)];
  return path.endsWith('.xml') && /<testsuite/.test(text.slice(0, 4_000)) ? [ofRunner(readJunit(text), path)] : [];
}

/** Runners of our files that print how many tests ran, too. */
function ofRunner({ runs, counts }: TestReport, path: string): TestReport {
  const runner = LISTED[path.split('-')[0] ?? ''];
  return { runs: runner === undefined ? runs : runs.map((run) => ({ ...run, runner })), counts };
}

/** By the begin of a file's name: what is printed of the same tests. */
export const LISTED: Readonly<Record<string, string>> = { jest: 'Jest', rspec: 'RSpec', node: 'TAP' };

const hide = ({ secrets }: ReportTexts, text: string): string => withoutSecrets(withoutValues(text, secrets));
