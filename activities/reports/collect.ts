/** What a check reported of its tests, once its command has ended: by its configuration, else by what runners leave and print. */
import { join } from 'node:path';
import type { Check } from '../../workflows/contract/settings.ts';
import { readGoJson } from './go-json.ts';
import { readJunit } from './junit.ts';
import { readNodeEvents } from './node-events.ts';
import { readPrinted } from './printed.ts';
import { type ReportFile, readPlain, readReportFiles } from './read-files.ts';
import { readTap } from './tap.ts';
import { joinReports, type TestReport, UnreadableReport } from './test-report.ts';
import { readTrx } from './trx.ts';

/** `none`: nobody said that there is one, and no runner is known by what it left. */
export type Collected =
  | { readonly kind: 'read'; readonly report: TestReport }
  | { readonly kind: 'missing' | 'unreadable'; readonly reason: string }
  | { readonly kind: 'none' };

export interface CollectInput {
  readonly check: Check;
  /** All of it. */
  readonly output: string;
  /** The checkout. */
  readonly root: string;
  /** Where runners reported by our variables. */
  readonly folder: string;
  /** When the command began, in milliseconds. */
  readonly since: number;
  /** Cuts secrets out. */
  readonly hide: (text: string) => string;
}

const READERS = { junit: readJunit, tap: readTap, 'go-json': readGoJson, trx: readTrx };
const EXTENSIONS = { junit: '.xml', tap: '.tap', 'go-json': '.json', trx: '.trx' };

export async function collectReport(input: CollectInput): Promise<Collected> {
  const { check, output, root } = input;
  try {
    const reports = check.report === undefined ? await recognised(input) : await configured(input, check.report);
    if (reports.length > 0) return { kind: 'read', report: joinReports(reports, [root]) };
    if (check.report === undefined) return { kind: 'none' };
    const where = check.path ?? 'the output';
    return { kind: 'missing', reason: `the command wrote no ${check.report} report to ${where}` };
  } catch (error) {
    if (!(error instanceof UnreadableReport)) throw error;
    return check.report === undefined ? withoutFiles(output) : { kind: 'unreadable', reason: error.message };
  }
}

async function configured({ check, output, root, since, hide }: CollectInput, format: NonNullable<Check['report']>) {
  const read = READERS[format];
  if (check.path === undefined) return output.trim() === '' ? [] : [read(output)];
  const files = await readReportFiles(root, { path: check.path, extension: EXTENSIONS[format], since });
  return files.map(({ text }) => read(hide(text)));
}

/** Files first, since they know more than what is printed. */
async function recognised({ output, root, folder, since, hide }: CollectInput): Promise<TestReport[]> {
  const own = await readReportFiles(folder, { path: '', extension: '', since });
  const surefire = (await isJvm(root))
    ? await readReportFiles(root, {
        ...{ path: '**/{target/*-reports,build/test-results/**}/*.xml', extension: '.xml', since },
      })
    : [];
  const files = [...own, ...surefire].flatMap((file) => readOwn({ ...file, text: hide(file.text) }));
  const fromFiles = files.filter(({ runs }) => runs.length > 0);
  const listed = own.flatMap(({ path }) => LISTED[path.split('-')[0] ?? ''] ?? []);
  const printed = readPrinted(output, listed);
  return printed === undefined ? fromFiles : [...fromFiles, printed];
}

/** By the begin of a file's name: what is printed of the same tests. */
const LISTED: Readonly<Record<string, string>> = { jest: 'Jest', rspec: 'RSpec', node: 'TAP' };

function readOwn({ path, text }: ReportFile): TestReport[] {
  if (path.endsWith('.jsonl')) return [readNodeEvents(text)];
  return path.endsWith('.xml') && /<testsuite/.test(text.slice(0, 4_000)) ? [readJunit(text)] : [];
}

function withoutFiles(output: string): Collected {
  try {
    const printed = readPrinted(output);
    return printed === undefined ? { kind: 'none' } : { kind: 'read', report: joinReports([printed]) };
  } catch (error) {
    if (error instanceof UnreadableReport) return { kind: 'none' };
    throw error;
  }
}

/** Others have no such folders. */
async function isJvm(root: string): Promise<boolean> {
  const names = ['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];
  const texts = await Promise.all(
    names.map((name) => readPlain(join(root, name), { maxBytes: 4 << 20, since: 0 }).catch(() => '')),
  );
  return texts.some((text) => text !== undefined);
}
