/** One group of test files through node's own runner, its events passed on, its totals kept for the end. */
import { run } from 'node:test';
import type { Selection } from './groups.ts';

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

/** Whole files may take this much longer in silence than one test: set-up, or a handle that keeps a file from ending. */
const GRACE_MS = 60_000;

/** Runs the files of a group; answers with its totals and with the files that never ended. */
export async function runGroup({ group, files }: Selection, options: RunOptions) {
  const totals: Totals = new Map();
  const open = new Set(files);
  const stuck = new AbortController();
  const stream = run({
    files: [...files],
    concurrency: group.concurrency,
    timeout: group.timeoutMs,
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
    if (event.type === 'test:summary' && event.data.file !== undefined) open.delete(event.data.file);
    if (!keepTotal(event, totals)) options.report(event);
  }
  clearTimeout(watchdog);
  return { totals, unfinished: options.signal.aborted ? [] : [...open] };
}

/** Summary lines are added up over the groups instead of being printed after each. */
function keepTotal({ type, data }: Event, totals: Totals): boolean {
  if (type === 'test:summary') return true;
  if (type !== 'test:diagnostic' || data.nesting !== 0) return false;
  const line = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/.exec(data.message ?? '');
  if (line === null) return false;
  totals.set(line[1] ?? '', Number(line[2]));
  return true;
}
