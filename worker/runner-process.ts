/** The small process behind runner.ts: runs what it is told and answers. It ends when its parent has, after what runs. */
import { ExecError, execHere } from '../exec.ts';
import type { FromRunner, ToRunner } from './runner.ts';

const running = new Map<number, { abort: AbortController; done: Promise<void> }>();

process.on('message', (message: ToRunner) => {
  if ('cancel' in message) {
    running.get(message.id)?.abort.abort();
    return;
  }
  const abort = new AbortController();
  const { id, run, tellsStderr } = message;
  const onStderr = tellsStderr ? (stderr: string) => answer({ id, stderr }) : undefined;
  const done = execHere({ ...run, onStderr, signal: abort.signal })
    .then((result) => answer({ id, result }))
    .catch((error: unknown) => answer({ id, error: describe(error) }))
    .finally(() => running.delete(id));
  running.set(id, { abort, done });
});

// Ctrl-C reaches the whole terminal; what runs is our parent's to end.
process.on('SIGINT', () => undefined);
process.once('disconnect', async () => {
  await Promise.allSettled([...running.values()].map(({ done }) => done));
  process.exit();
});

function answer(message: FromRunner): void {
  if (process.connected) process.send?.(message);
}

function describe(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ExecError ? { message, start: { file: error.file, notFound: error.notFound } } : { message };
}
