/**
 * Workflow code that does not end. A worker process with light threads cannot end such a call, so it ends as a whole, and
 * for an hour the next ones of this machine keep the SDK's own watch: it ends the call after five seconds and fails that
 * workflow task, and all other executions go on.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { lightenThreads } from './threads.ts';

interface WatchInput {
  readonly stateDir: string;
  /** The SDK's own diagnostics, because somebody asked for them. */
  readonly diagnostics: boolean;
  readonly logger: Logger;
  readonly limitMs?: number;
}

/** Longer than any call takes on a machine that is busy; the SDK waits five seconds, of which a replay may need two. */
const LIMIT_MS = 10_000;
const CAREFUL_MS = 3_600_000;

/** Call before the SDK's first thread. */
export function watchWorkflows({ stateDir, diagnostics, logger, limitMs = LIMIT_MS }: WatchInput): void {
  const mark = path.join(stateDir, 'endless-workflow');
  if (diagnostics) return;
  if (wasEndless(mark)) {
    logger.warn('Workflow code did not end within the last hour: the SDK watches each call, which costs CPU');
    return;
  }
  lightenThreads(limitMs, () => {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(mark, '');
    logger.fatal(
      `Workflow code has not ended for ${limitMs / 1_000} s; the next worker process will find out which workflow it is`,
    );
    process.exit(1);
  });
}

function wasEndless(mark: string): boolean {
  const at = statSync(mark, { throwIfNoEntry: false })?.mtimeMs;
  return at !== undefined && Date.now() - at < CAREFUL_MS;
}
