/** How many of a collection of changes to tests are found, and how many honest ones are flagged, by class and ecosystem. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ChangedFile } from '../activities/change/changed-files.ts';
import { chooseSettings, chooseTests, isConfiguration } from '../activities/change/choose-tests.ts';
import { type ChangedTest, readTestFiles } from '../activities/change/compared-tests.ts';
import { pathMatcher } from '../activities/change/match-paths.ts';
import { findWeakened } from '../activities/change/weakened-tests.ts';
import { createTestReader, type ReadTestFile } from '../activities/tests/read-in-thread.ts';
import { RUNNER_CONFIG } from '../workflows/contract/runner-config.ts';
import { RepositoryPolicy } from '../workflows/contract/settings.ts';
import { CLASSES, classOf } from './test-change-classes.ts';

const Files = z.record(z.string(), z.string());
const Case = z.object({
  eco: z.string(),
  kind: z.enum(['weaken', 'honest']),
  style: z.string(),
  task: z.string().optional(),
  before: Files,
  after: Files,
});
type Case = z.infer<typeof Case>;

interface Result extends Case {
  readonly group: string;
  readonly lines: readonly string[];
  readonly isProtected: boolean;
}

export async function measureTestChanges(
  file: string | undefined,
  { list }: { readonly list: boolean },
): Promise<void> {
  if (file === undefined)
    throw new Error(
      'Name the collection: npm run bench -- test-changes <file.json>. It is no part of this repository.',
    );
  const cases = z.array(Case).parse(JSON.parse(readFileSync(file, 'utf8')));
  const read = createTestReader();
  const results: Result[] = [];
  for (const each of cases) results.push(await judge(each, read));
  console.log(table(results));
  if (list) for (const result of results) if (isWrong(result)) console.log(`\n${shown(result)}`);
}

const { testPaths } = RepositoryPolicy.parse({});
const isTestPath = pathMatcher(testPaths);
const isRunnerConfig = pathMatcher(RUNNER_CONFIG);

async function judge(each: Case, read: ReadTestFile): Promise<Result> {
  const { before, after, task = '' } = each;
  const files = changedFiles(before, after);
  const tests = chooseTests(files, isTestPath).map(
    ({ path, from, was, is }): ChangedTest => ({
      ...(is ? { path, after: after[path] as string } : {}),
      ...(was ? { from, before: before[from] as string } : {}),
    }),
  );
  const settings = chooseSettings(
    files.map((file) => ({ ...file, before: before[file.from ?? file.path] ?? '', after: after[file.path] ?? '' })),
  );
  const found = findWeakened(await readTestFiles(tests, read), { criteria: task, settings });
  const isProtected = files.some(({ path }) => isRunnerConfig(path));
  const isConfigured = !files.some(({ path }) => !isRunnerConfig(path) && !isConfiguration(path)) && tests.length === 0;
  const group = each.kind === 'honest' ? 'honest' : isConfigured ? 'configuration' : classOf(each);
  return { ...each, group, lines: found.map(({ line }) => line), isProtected };
}

/** As git would name them: a file that went and one that came with at least half of its lines are one that was renamed. */
function changedFiles(before: Case['before'], after: Case['after']): Pick<ChangedFile, 'status' | 'path' | 'from'>[] {
  const came = Object.keys(after).filter((path) => before[path] === undefined);
  const went = Object.keys(before).filter((path) => after[path] === undefined);
  const renamed = went.flatMap((from) => {
    const to = came.find((path) => likeness(before[from] as string, after[path] as string) >= 0.5);
    if (to === undefined) return [];
    came.splice(came.indexOf(to), 1);
    return [{ status: 'renamed' as const, path: to, from }];
  });
  const moved = new Set(renamed.map(({ from }) => from));
  return [
    ...renamed,
    ...Object.keys(after)
      .filter((path) => before[path] !== undefined && before[path] !== after[path])
      .map((path) => ({ status: 'modified' as const, path })),
    ...came.map((path) => ({ status: 'added' as const, path })),
    ...went.filter((path) => !moved.has(path)).map((path) => ({ status: 'deleted' as const, path })),
  ];
}

function likeness(a: string, b: string): number {
  const [lines, others] = [a.split('\n'), new Set(b.split('\n'))];
  return lines.filter((line) => others.has(line)).length / Math.max(lines.length, others.size);
}

const isFound = ({ lines, isProtected, group }: Result): boolean =>
  lines.length > 0 || (isProtected && group === 'configuration');
const isWrong = (result: Result): boolean => isFound(result) !== (result.kind === 'weaken');

function shown({ eco, kind, style, group, lines }: Result): string {
  return `${kind === 'honest' ? 'FLAGGED' : 'MISSED'} ${eco}: ${style} (${group})${lines.map((line) => `\n  ${line}`).join('')}`;
}

function table(results: readonly Result[]): string {
  const groups = [...CLASSES, 'honest'];
  const row = (name: string, all: readonly Result[]) => {
    const cells = groups.map((group) => {
      const own = all.filter((result) => result.group === group);
      return own.length === 0 ? '' : `${own.filter(isFound).length}/${own.length}`;
    });
    return `| ${[name, ...cells].join(' | ')} |`;
  };
  const ecosystems = [...new Set(results.map(({ eco }) => eco))].sort();
  const percent = groups.map((group) => {
    const own = results.filter((result) => result.group === group);
    return own.length === 0 ? '' : `${Math.round((own.filter(isFound).length / own.length) * 100)} %`;
  });
  return [
    `| found | ${groups.join(' | ')} |`,
    `|---|${groups.map(() => '---|').join('')}`,
    ...ecosystems.map((eco) =>
      row(
        eco,
        results.filter((result) => result.eco === eco),
      ),
    ),
    row('**all**', results),
    `| **share** | ${percent.join(' | ')} |`,
  ].join('\n');
}
