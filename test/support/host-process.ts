/** A worker process that serves one host, beside the factory's own: it can be frozen and woken like a machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createTerminal, endServer } from '../../clients/terminal/tmux.ts';
import { loadConfig } from '../../config/config.ts';
import { absolute } from '../../config/files.ts';
import { environmentOf } from '../../local/stack/environment.ts';
import type { Factory } from './factory.ts';
import { waitFor } from './wait-for.ts';

export interface HostProcess {
  readonly name: string;
  readonly child: ChildProcess;
  freeze(): void;
  wake(): void;
  /** What it has logged so far. */
  said(): string;
  /** Sends SIGTERM; returns the exit code. */
  stop(): Promise<number | null>;
  /** Ends it and the commands of its host. */
  end(): Promise<void>;
}

/** Answers once it has reported itself. `programs` is a folder that comes first on its PATH. */
export async function startHost(factory: Factory, name: string, programs?: string): Promise<HostProcess> {
  const config = loadConfig({ ...factory.env, HOST_NAME: name });
  const env = environmentOf(config, { HOST_CAPACITY: '8' });
  const child = spawn(process.execPath, [absolute('worker/main.ts'), '--serve', 'host'], {
    env: { ...env, ...(programs === undefined ? {} : { PATH: `${programs}:${env.PATH}` }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const host: HostProcess = {
    name,
    child,
    freeze: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    said: () => said,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
      await endServer(createTerminal({ stateDir: config.stateDir, host: name, socket: undefined }));
    },
  };
  const isReported = () => factory.db.selectFrom('hosts').select('name').where('name', '=', name).executeTakeFirst();
  await waitFor(async () => (await isReported()) !== undefined || child.exitCode !== null, { timeoutMs: 60_000 });
  if (child.exitCode !== null) throw new Error(`The worker process of ${name} ended:\n${said}`);
  return host;
}
