/**
 * Runs the tests: `node test/run.ts [--name pattern] [--times] [group|file …]`, everything without arguments.
 * One PostgreSQL for the run, node's own test runner for each file, side by side whatever their groups, one summary, and
 * nothing left running. What a file says is printed when it ends, and at the end what each group took of the clock and the
 * CPU; with `--times` what each file took, too.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { ensurePages } from '../local/machine/pages.ts';
import { bundleWorkflows } from '../worker/bundle.ts';
import { cleanEnvironment, findTemporal, lightenTemporal, lightenThreads } from './runner/environment.ts';
import { select, type TestFile } from './runner/groups.ts';
import { endLeftovers, findLeftovers } from './runner/leftovers.ts';
import { runPool } from './runner/pool.ts';
import { startPostgres, type TestPostgres } from './runner/postgres.ts';
import { type Event, runFile, type Totals } from './runner/run-file.ts';
import { describeFiles, describeGroups, keepCpuTimes, readCores, readCpuTimes } from './runner/times.ts';
import { lightBundle } from './support/workflow-bundle.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string' }, times: { type: 'boolean' } },
});

/** Of two cores: what waits for clocks and kills leaves some to others. */
const CAPACITY = 1.25;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

/** Everything between the set-up of a run and its end; returns what went wrong, for people. */
async function runFiles(files: readonly TestFile[]): Promise<string[]> {
  const totals: Totals = new Map();
  const problems: string[] = [];
  const seconds = new Map<TestFile, number>();
  const reporter = new spec();
  reporter.pipe(process.stdout);
  const report = (event: Event) => void reporter.write(event);
  const say = (message: string) => report({ type: 'test:stdout', data: { message: `${message}\n` } });
  const began = { at: performance.now(), cores: readCores() };
  const runOne = async (file: TestFile) => {
    if (interrupted.signal.aborted) return;
    const name = relative(root, file.path);
    const events: Event[] = [];
    // One alone is seen as it goes.
    const keep = files.length === 1 ? report : (event: Event) => void events.push(event);
    const result = await runFile(file, { namePattern: values.name, signal: interrupted.signal, report: keep });
    say(`\n${name} ${result.seconds.toFixed(1)} s`);
    events.forEach(report);
    seconds.set(file, result.seconds);
    for (const [name, value] of result.totals) totals.set(name, (totals.get(name) ?? 0) + value);
    if (!result.hasEnded) problems.push(`${name} did not end: something keeps it running`);
  };
  await runPool(files, CAPACITY, runOne);
  const cpu = readCpuTimes();
  const times = [...seconds].map(([{ path, group }, seconds]) => ({
    ...{ name: relative(root, path), group: group.name, seconds, cpuSeconds: cpu.get(path) },
  }));
  if (values.times === true) say(`\n${describeFiles(times)}`);
  if (files.length > 1) say(`\n${describeGroups(times)}`);
  const cores = readCores();
  const busy = (cores.busyMs - began.cores.busyMs) / (cores.allMs - began.cores.allMs);
  const wall = (performance.now() - began.at) / 1_000;
  say(`\n${files.length} files in ${wall.toFixed(1)} s, the machine busy for ${(busy * 100).toFixed(0)} % of it`);
  for (const [name, value] of totals) {
    reporter.write({ type: 'test:diagnostic', data: { nesting: 0, message: `${name} ${value}`, level: 'info' } });
  }
  await new Promise<void>((resolve) => reporter.on('end', resolve).end());
  if ((totals.get('fail') ?? 0) + (totals.get('cancelled') ?? 0) > 0) problems.push('Tests failed');
  if ((totals.get('tests') ?? 0) === 0) problems.push('No test ran');
  return problems;
}

async function main(): Promise<number> {
  const files = select(root, positionals);
  // The real path, because processes are recognised by it; short, because sockets go into it.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fft-')));
  cleanEnvironment();
  // A run starts hundreds of processes, most of which load the same modules.
  process.env.NODE_COMPILE_CACHE = join(root, 'node_modules', '.cache', 'factoryfactory', 'compiled');
  let postgres: TestPostgres | undefined;
  const problems: string[] = [];
  try {
    const needs = new Set(files.flatMap(({ group }) => group.needs));
    if (needs.has('temporal')) {
      const { cli, testServer } = await findTemporal();
      process.env.FACTORY_TEMPORAL_CLI = cli;
      process.env.FACTORY_TEST_SERVER = testServer;
      lightenTemporal();
    }
    if (needs.has('pages')) {
      const pages = await ensurePages();
      if (!pages.ok) throw new Error(`The pages cannot be built: ${pages.detail}`);
    }
    if (needs.has('bundle')) {
      const { codePath } = await bundleWorkflows();
      // A run of one file looks for a mistake, so its stacks keep their source positions.
      process.env.FACTORY_TEST_BUNDLE = files.length === 1 ? codePath : lightBundle(codePath);
    }
    if (needs.has('postgres')) {
      postgres = await startPostgres();
      process.env.FACTORY_TEST_POSTGRES_URL = postgres.url;
      process.env.FACTORY_TEST_POSTGRES_DATA = postgres.freshData;
    }
    lightenThreads();
    keepCpuTimes(join(folder, 'times'));
    // Only now: the user `postgres` may not read this folder, and PostgreSQL is no leftover of a test.
    process.env.TMPDIR = folder;
    problems.push(...(await runFiles(files)));
  } finally {
    await postgres?.stop();
    const leftovers = findLeftovers(folder);
    if (!interrupted.signal.aborted) {
      problems.push(...leftovers.map(({ pid, command }) => `A test left a process running: ${pid} ${command}`));
    }
    endLeftovers(leftovers);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  if (interrupted.signal.aborted) problems.push('Interrupted');
  for (const problem of problems) console.error(`✖ ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

// An explicit exit: whatever a library keeps open must not decide the exit code.
process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }),
);
