/** Which test files a report speaks of, as far as it says where its tests are. Pure. */
import { dirname } from 'node:path/posix';
import type { TestReport, TestRun } from '../reports/test-report.ts';

/** True when tests of exactly this file, or for Go of its package, are in the report by their ids. */
export function coversFile(report: TestReport, path: string): boolean {
  return placesOf(report).some((place) => isOfFile(place, path));
}

type Place = Pick<TestRun, 'suite' | 'file'>;

/** Far fewer than tests, and asked for once for each file of a change. */
const places = new WeakMap<TestReport, readonly Place[]>();

function placesOf(report: TestReport): readonly Place[] {
  const known = places.get(report);
  if (known !== undefined) return known;
  const found = new Map(report.runs.map((run) => [JSON.stringify([run.file, run.suite]), run]));
  const distinct = [...found.values()];
  places.set(report, distinct);
  return distinct;
}

export function isOfFile({ suite, file }: Place, path: string): boolean {
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
