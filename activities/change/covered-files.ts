/** Which test files a report speaks of, as far as it says where its tests are. Pure. */
import { dirname, extname } from 'node:path/posix';
import type { TestReport, TestRun } from '../reports/test-report.ts';
import { rankOf } from '../tests/languages.ts';
import { grouped } from './moved-tests.ts';

/** True when tests of exactly this file, or for Go of its package, are in the report by their ids. */
export const coversFile = (report: TestReport, path: string): boolean =>
  suitesOf(report).some(({ suite }) => isOfFile(suite, path));

/** Those tests. */
export const runsOfFile = (report: TestReport, path: string): readonly TestRun[] =>
  suitesOf(report).flatMap(({ suite, runs }) => (isOfFile(suite, path) ? runs : []));

/** The extensions of the files that a report speaks of. */
export const extensionsOf = (report: TestReport): ReadonlySet<string> =>
  new Set(suitesOf(report).flatMap(({ suite }) => extensionOf(suite)));

type Suite = Pick<TestRun, 'suite' | 'file'>;

interface SuiteRuns {
  readonly suite: Suite;
  readonly runs: TestRun[];
}

/** Far fewer than tests, and asked for once for each file of a change. */
const suites = new WeakMap<TestReport, readonly SuiteRuns[]>();

function suitesOf(report: TestReport): readonly SuiteRuns[] {
  const known = suites.get(report);
  if (known !== undefined) return known;
  const groups = grouped(report.runs, ({ file, suite }) => JSON.stringify([file, suite]));
  const found = [...groups.values()].flatMap((runs) => runs.slice(0, 1).map((suite) => ({ suite, runs })));
  suites.set(report, found);
  return found;
}

/** A suite without a file leads to a module of Python where pytest would collect one of that name. */
function extensionOf({ file, suite }: Suite): string[] {
  if (file !== undefined) return [extname(file)];
  const parts = suite.split('.');
  const modules = parts.map((_, at) => `${parts.slice(0, at + 1).join('/')}.py`);
  return modules.some((path) => rankOf(path) !== Infinity) ? ['.py'] : [];
}

export function isOfFile({ suite, file }: Suite, path: string): boolean {
  if (file !== undefined) return file === path || path.endsWith(`/${file}`) || file.endsWith(`/${path}`);
  if (path.endsWith('.py')) return isModule(suite, path.slice(0, -'.py'.length).replaceAll('/', '.'));
  const named = /^(.*)\.(?:java|kt|groovy|scala|cs|php)$/.exec(path)?.[1];
  if (named !== undefined) return isClass(suite, named);
  if (path.endsWith('_test.go')) return isPackage(suite, dirname(path));
  return path.endsWith('.rs') && suite === path;
}

/** A module's classes follow its name; the folder that it is imported from may stand before it. */
const isModule = (suite: string, module: string): boolean =>
  suite === module || suite.startsWith(`${module}.`) || (suite !== '' && module.endsWith(`.${suite}`));

/** Where a class is named as in its file, whatever folder sources are in. */
function isClass(suite: string, path: string): boolean {
  const inPath = suite.split(/[$+]/)[0]?.replaceAll(/[.\\]/g, '/') ?? '';
  return inPath !== '' && (path === inPath || path.endsWith(`/${inPath}`));
}

const isPackage = (suite: string, folder: string): boolean =>
  folder === '.' ? suite !== '' && !suite.includes(' ') : suite === folder || suite.endsWith(`/${folder}`);
