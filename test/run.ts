/**
 * Runs the tests: `node test/run.ts [--name pattern] [group|file …]`, everything without arguments.
 * One PostgreSQL for the run, node's own test runner for each group, one summary, and nothing left running. Groups run one
 * after the other, but for the faults, which wait most of their time and so run beside the rest; they are printed last.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { ensurePages } from '../local/machine/pages.ts';
import { bundleWorkflows } from '../worker/bundle.ts';
import { cleanEnvironment, findTemporal, lightenTemporal, lightenThreads } from './runner/environment.ts';
import { type Selection, select } from './runner/groups.ts';
import { endLeftovers, findLeftovers } from './runner/leftovers.ts';
import { startPostgres, type TestPostgres } from './runner/postgres.ts';
import { type Event, runGroup, type Totals } from './runner/run-group.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { name: { type: 'string' } } });

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

/** Everything between the set-up of a run and its end; answers with what went wrong, for people. */
async function runSelections(selections: readonly Selection[]): Promise<string[]> {
  const totals: Totals = new Map();
  const problems: string[] = [];
  const times: string[] = [];
  const reporter = new spec();
  reporter.pipe(process.stdout);
  const report = (event: Event) => void reporter.write(event);
  const runOne = async (selection: Selection, report: (event: Event) => void) => {
    const began = performance.now();
    const result = await runGroup(selection, { namePattern: values.name, signal: interrupted.signal, report });
    times.push(`${selection.group.name} ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    for (const [name, value] of result.totals) totals.set(name, (totals.get(name) ?? 0) + value);
    problems.push(
      ...result.unfinished.map((file) => `${relative(root, file)} did not end: something keeps it running`),
    );
  };
  const inTurn = async () => {
    for (const selection of selections.filter(({ group }) => group.isBeside !== true)) {
      if (interrupted.signal.aborted) break;
      console.log(`\n${selection.group.name}`);
      await runOne(selection, report);
    }
  };
  const beside = selections
    .filter(({ group }) => group.isBeside === true)
    .map((selection) => {
      const events: Event[] = [];
      return { selection, events, ended: runOne(selection, (event) => void events.push(event)) };
    });
  await Promise.all([inTurn(), ...beside.map(({ ended }) => ended)]);
  for (const { selection, events } of beside) {
    console.log(`\n${selection.group.name}`);
    events.forEach(report);
  }
  console.log(`\n${times.join(', ')}`);
  for (const [name, value] of totals) {
    reporter.write({ type: 'test:diagnostic', data: { nesting: 0, message: `${name} ${value}`, level: 'info' } });
  }
  await new Promise<void>((resolve) => reporter.on('end', resolve).end());
  if ((totals.get('fail') ?? 0) + (totals.get('cancelled') ?? 0) > 0) problems.push('Tests failed');
  if ((totals.get('tests') ?? 0) === 0) problems.push('No test ran');
  return problems;
}

async function main(): Promise<number> {
  const selections = select(root, positionals);
  // The real path, because processes are recognised by it; short, because sockets go into it.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fft-')));
  cleanEnvironment();
  // A run starts hundreds of processes, most of which load the same modules.
  process.env.NODE_COMPILE_CACHE = join(root, 'node_modules', '.cache', 'factoryfactory', 'compiled');
  let postgres: TestPostgres | undefined;
  const problems: string[] = [];
  try {
    const needs = new Set(selections.flatMap(({ group }) => group.needs));
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
      process.env.FACTORY_TEST_BUNDLE = (await bundleWorkflows()).codePath;
    }
    if (needs.has('postgres')) {
      postgres = await startPostgres();
      process.env.FACTORY_TEST_POSTGRES_URL = postgres.url;
    }
    lightenThreads();
    // Only now: the user `postgres` may not read this folder, and PostgreSQL is no leftover of a test.
    process.env.TMPDIR = folder;
    problems.push(...(await runSelections(selections)));
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
