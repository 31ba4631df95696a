/** One test file through node's own runner: its events for a reporter, its totals, and how long it took. */
import { run } from 'node:test';
import type { TestFile } from './groups.ts';
import { KEEPS_CPU_TIME } from './times.ts';

/** The summary lines of node's runner: name and value, such as `pass` and 12. */
export type Totals = Map<string, number>;

/** An event of node's runner, as reporters take it. */
export interface Event {
  readonly type: string;
  readonly data: { readonly nesting?: number; readonly message?: string; readonly file?: string };
}

export interface RunOptions {
  readonly namePattern: string | undefined;
  readonly signal: AbortSignal;
  readonly report: (event: Event) => void;
}

export interface FileResult {
  readonly totals: Totals;
  readonly seconds: number;
  /** False where something kept its process running until it was stopped. */
  readonly hasEnded: boolean;
}

/** A whole file may take this much longer in silence than one test: set-up, or a handle that keeps a file from ending. */
const GRACE_MS = 60_000;

/** Runs it in a process of its own, which is stopped when nothing has come from it for much longer than a test may take. */
export async function runFile({ path, group }: TestFile, options: RunOptions): Promise<FileResult> {
  const began = performance.now();
  const totals: Totals = new Map();
  let hasEnded = false;
  const stuck = new AbortController();
  const stream = run({
    files: [path],
    timeout: group.timeoutMs,
    execArgv: KEEPS_CPU_TIME,
    signal: AbortSignal.any([options.signal, stuck.signal]),
    ...(options.namePattern === undefined ? {} : { testNamePatterns: options.namePattern }),
  });
  let watchdog: NodeJS.Timeout | undefined;
  const restartWatchdog = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => stuck.abort(), group.timeoutMs + GRACE_MS);
  };
  restartWatchdog();
  for await (const event of stream as AsyncIterable<Event>) {
    restartWatchdog();
    if (event.type === 'test:summary' && event.data.file !== undefined) hasEnded = true;
    if (!keepTotal(event, totals)) options.report(event);
  }
  clearTimeout(watchdog);
  const seconds = (performance.now() - began) / 1_000;
  return { totals, seconds, hasEnded: hasEnded || options.signal.aborted };
}

/** Summary lines are added up over the files instead of being printed after each. */
function keepTotal({ type, data }: Event, totals: Totals): boolean {
  if (type === 'test:summary') return true;
  if (type !== 'test:diagnostic' || data.nesting !== 0) return false;
  const line = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/.exec(data.message ?? '');
  if (line === null) return false;
  const [, name = '', value] = line;
  if (name !== 'duration_ms') totals.set(name, Number(value));
  return true;
}
