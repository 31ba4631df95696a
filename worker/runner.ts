/**
 * Starts programs from a small process of its own. Starting one copies the page tables of who starts it and blocks its
 * event loop meanwhile: milliseconds in a small process, a tenth of a second in a worker process with its workflows.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileCache } from '../compile-cache.ts';
import { ExecError, type ExecOptions, type ExecResult, execElsewhere, inheritedEnvironment } from '../exec.ts';

export type ToRunner =
  | { readonly id: number; readonly run: Omit<ExecOptions, 'signal' | 'onStderr'>; readonly tellsStderr: boolean }
  | { readonly id: number; readonly cancel: true };

export type FromRunner =
  | { readonly id: number; readonly stderr: string }
  | { readonly id: number; readonly result: ExecResult }
  | { readonly id: number; readonly error: { message: string; start?: { file: string; notFound: boolean } } };

const PROGRAM = fileURLToPath(new URL('./runner-process.ts', import.meta.url));

/** Call once, before anything runs; the process ends with ours. One that dies is started again at the next call. */
export function startRunner(): void {
  const waiting = new Map<number, PromiseWithResolvers<ExecResult> & Pick<ExecOptions, 'onStderr'>>();
  let last = 0;
  let child: ChildProcess | undefined = launch();

  function launch(): ChildProcess {
    // Only the variables that every program gets, so that no key of ours is there, and the folder of compiled code.
    const runner = fork(PROGRAM, [], {
      env: { ...inheritedEnvironment(), ...compileCache() },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    runner.on('message', (message: FromRunner) => {
      if ('stderr' in message) waiting.get(message.id)?.onStderr?.(message.stderr);
      else settle(message);
    });
    // The latter alone when there are too many processes, say.
    runner.once('exit', () => lose('The process that starts programs has died'));
    runner.on('error', ({ message }) => lose(`The process that starts programs cannot be started: ${message}`));
    runner.unref();
    runner.channel?.unref();
    return runner;

    function lose(message: string): void {
      if (child !== runner) return;
      child = undefined;
      for (const [id] of waiting) settle({ id, error: { message } });
    }
  }

  function settle(message: Exclude<FromRunner, { stderr: string }>): void {
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (waiting.size === 0) child?.channel?.unref();
    if ('result' in message) call?.resolve(message.result);
    else call?.reject(asError(message.error));
  }

  function send(message: ToRunner): void {
    child ??= launch();
    // It has not been started, for too many open files say: its error follows, and is the answer.
    if (child.pid === undefined) return;
    // While somebody waits for an answer, the process must not end.
    child.channel?.ref();
    child.send(message, (error) => {
      if (error !== null) settle({ id: message.id, error: { message: error.message } });
    });
  }

  execElsewhere(async ({ signal, onStderr, ...run }) => {
    signal?.throwIfAborted();
    last += 1;
    const id = last;
    const call = Promise.withResolvers<ExecResult>();
    waiting.set(id, { ...call, onStderr });
    const cancel = () => send({ id, cancel: true });
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      send({ id, run, tellsStderr: onStderr !== undefined });
      return await call.promise;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
      // What could not even be sent is awaited by nobody.
      waiting.delete(id);
    }
  });
}

function asError({ message, start }: Extract<FromRunner, { error: unknown }>['error']): Error {
  return start === undefined ? new Error(message) : new ExecError(message, { ...start, cause: undefined });
}
