/** Collects the tests that a check reported, once its command has ended: by its configuration, else by what runners leave and print. */
import { join } from 'node:path';
import type { Check } from '../../workflows/contract/settings.ts';
import { type ReportFile, readPlain, readReportFiles } from './read-files.ts';
import { readInThread } from './read-in-thread.ts';
import { type Collected, LISTED, type ReportTexts, readTexts } from './read-texts.ts';
import { UnreadableReport } from './test-report.ts';

export type { Collected } from './read-texts.ts';

export interface CollectInput {
  readonly check: Check;
  readonly output: string;
  /** Some of the output is left out. */
  readonly isCut?: boolean;
  /** The checkout. */
  readonly root: string;
  /** Where runners reported by our variables. */
  readonly folder: string;
  /** When the command began, in milliseconds. */
  readonly since: number;
  /** Values that are cut out, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

const EXTENSIONS = { junit: '.xml', tap: '.tap', 'go-json': '.json', trx: '.trx' };

export async function collectReport(input: CollectInput): Promise<Collected> {
  const { check, output, isCut = false, root, secrets } = input;
  const all = { isCut, root, secrets, files: [], listed: [] };
  try {
    if (check.report === undefined) return await read({ ...all, output, ...(await left(input)) });
    const collected = await read({ ...all, ...(await configured(input)), format: check.report });
    if (collected.kind !== 'missing') return collected;
    const where = check.path ?? 'the output';
    return { kind: 'missing', reason: `the command wrote no ${check.report} report to ${where}` };
  } catch (error) {
    if (!(error instanceof UnreadableReport)) throw error;
    return check.report === undefined ? await read({ ...all, output }) : { kind: 'unreadable', reason: error.message };
  }
}

/** So little is read before a thread has begun. */
const LITTLE_CHARACTERS = 64 << 10;

async function read(texts: ReportTexts): Promise<Collected> {
  const size = texts.files.reduce((sum, { text }) => sum + text.length, texts.output?.length ?? 0);
  return size <= LITTLE_CHARACTERS ? readTexts(texts) : await readInThread(texts);
}

async function configured({ check, output, root, since }: CollectInput): Promise<Partial<ReportTexts>> {
  const { report, path } = check;
  if (report === undefined || path === undefined) return { output };
  return { files: await readReportFiles(root, { path, extension: EXTENSIONS[report], since }) };
}

/** The files that runners left without being told to by the repository. */
async function left({ root, folder, since }: CollectInput): Promise<Pick<ReportTexts, 'files' | 'listed'>> {
  const own = await readReportFiles(folder, { path: '', extension: '', since });
  const surefire: ReportFile[] = (await isJvm(root))
    ? await readReportFiles(root, {
        ...{ path: '**/{target/*-reports,build/test-results/**}/*.xml', extension: '.xml', since },
      })
    : [];
  return {
    files: [...own, ...surefire],
    listed: own.flatMap(({ path }) => LISTED[path.split('-')[0] ?? ''] ?? []),
  };
}

/** Others have no such folders. */
async function isJvm(root: string): Promise<boolean> {
  const names = ['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];
  const texts = await Promise.all(
    names.map((name) => readPlain(join(root, name), { maxBytes: 4 << 20, since: 0 }).catch(() => '')),
  );
  return texts.some((text) => text !== undefined);
}
