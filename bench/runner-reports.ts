/**
 * Runs the runners that this machine has on a skipped, a deleted, a renamed and an honest change each, and prints which
 * findings come of it: `node bench/runner-reports.ts [runner …]`. JavaScript's runners are taken from PATH.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readTestFiles } from '../activities/change/compared-tests.ts';
import { joinFindings } from '../activities/change/join-findings.ts';
import { findWeakened } from '../activities/change/weakened-tests.ts';
import { type Collected, collectReport } from '../activities/reports/collect-report.ts';
import { reportVariables } from '../activities/reports/report-variables.ts';
import { createTestReader } from '../activities/tests/read-in-thread.ts';
import { SAMPLES, type Sample } from './runner-samples.ts';

const modules = process.env.RUNNER_MODULES;
const wanted = process.argv.slice(2);

async function run(
  { command, files, testFile }: Sample,
  tests: string,
): Promise<{ collected: Collected; code: number }> {
  const root = mkdtempSync(join(tmpdir(), 'runner-'));
  const folder = mkdtempSync(join(tmpdir(), 'reports-'));
  try {
    for (const [path, text] of Object.entries({ ...files, [testFile]: tests })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    if (modules !== undefined && 'package.json' in files) symlinkSync(modules, join(root, 'node_modules'));
    const configuration = ['package.json', 'go.mod', '.rspec'].map((name) => files[name] ?? '').join('\n');
    const variables = reportVariables({ folder, command, configuration });
    const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
    const since = Date.now() - 5_000;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `{ ${command}; } 2>&1`], {
      ...{ cwd: root, encoding: 'utf8', env: { ...env, CI: '1', ...variables }, timeout: 240_000 },
    });
    if (process.env.SHOW) console.log(stdout, stderr);
    const check = { name: 'tests', command };
    const collected = await collectReport({ check, output: stdout, root, folder, since, secrets: {} });
    return { collected, code: status ?? 1 };
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

const isThere = (command: string): boolean => {
  try {
    execFileSync('bash', ['-c', `command -v ${command.split(' ')[0]}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const read = createTestReader();

for (const sample of SAMPLES.filter(({ runner }) => wanted.length === 0 || wanted.includes(runner))) {
  if (!isThere(sample.command)) {
    console.log(`${sample.runner}: not on this machine`);
    continue;
  }
  const { testFile, base: before, second, names, skipped } = sample;
  const base = await run(sample, before);
  const seen = base.collected.kind === 'read' ? base.collected.report : undefined;
  const how = seen === undefined ? base.collected.kind : `${seen.runs.length} tests, ${seen.counts.length} counts`;
  console.log(`${sample.runner}: base ended with ${base.code}: ${how}`);
  const changes = {
    skipped,
    deleted: before.replace(second, ''),
    renamed: before.replaceAll(names[0], names[1]),
    honest: before.replaceAll(second, `${second}${second.replaceAll(names[0], names[1])}`),
  };
  for (const [kind, text] of Object.entries(changes)) {
    const head = await run(sample, text);
    const tests = await readTestFiles([{ path: testFile, from: testFile, before, after: text }], read);
    const checks = [{ name: 'tests', base: base.collected, head: head.collected }];
    const found = joinFindings({ tests, textual: findWeakened(tests, { criteria: '' }), checks, notes: [] });
    console.log(`  ${kind} (${head.code}): ${found?.lines.join('; ') ?? 'nothing found'}`);
  }
}
