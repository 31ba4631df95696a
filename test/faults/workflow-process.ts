/** The process that runs the workflows of a stage, started, stopped and killed at the test's word. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { absolute } from '../../config/files.ts';

export interface WorkflowProcessOptions {
  readonly address: string;
  readonly namespace: string;
  readonly bundle: string;
}

/** One at a time. */
export function createWorkflowProcess({ address, namespace, bundle }: WorkflowProcessOptions) {
  let child: ChildProcess | undefined;
  let said = '';

  async function end(signal: NodeJS.Signals, meanwhile: () => unknown = () => {}): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined) return;
    const ended = ending.exitCode === null && ending.signalCode === null ? once(ending, 'exit') : undefined;
    ending.kill(signal);
    meanwhile();
    await ended;
  }

  return {
    start(cached = 1_000): void {
      const args = [absolute('test/faults/workflow-worker.ts'), address, namespace, bundle, String(cached)];
      child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (text) => {
          said = (said + String(text)).slice(-20_000);
        });
      }
    },
    /** SIGKILL. */
    kill: (): Promise<void> => end('SIGKILL'),
    /** SIGTERM; `meanwhile` runs while it ends what it is at. */
    stop: (meanwhile?: () => unknown): Promise<void> => end('SIGTERM', meanwhile),
    /** Its last words of errors. */
    said: (): string => said,
  };
}
