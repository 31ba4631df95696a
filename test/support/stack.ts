/** A stack of its own as a person starts it: `factory start` in a process, with its own folder and free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../../config/config.ts';
import { absolute } from '../../config/files.ts';
import { environmentOf } from '../../local/stack/environment.ts';
import { freePort } from '../../local/stack/ports.ts';
import { type ListedProcess, readProcesses } from '../../local/stack/process-list.ts';
import { copyData } from '../runner/postgres.ts';
import { waitFor } from './wait-for.ts';

export interface StackProcess {
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  said(): string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Variables for a stack in `stateDir` that meets no other one. */
export async function stackVariables(stateDir: string): Promise<Record<string, string>> {
  const names = ['POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'BACKEND_PORT', 'FRONTEND_PORT'];
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())]));
  return { STATE_DIR: stateDir, ...Object.fromEntries(ports) };
}

/** Gives its PostgreSQL the data folder that it would make at its first start, where the run has one. */
export function giveFreshData(stateDir: string): void {
  const fresh = process.env.FACTORY_TEST_POSTGRES_DATA;
  const data = path.join(stateDir, 'postgres', 'data');
  if (fresh === undefined || existsSync(data)) return;
  mkdirSync(path.dirname(data), { recursive: true });
  copyData(fresh, data);
}

/** Starts it; `startStack(…).ready` waits for the line that tells the addresses. */
export function startStack(env: Record<string, string>): StackProcess & { ready(): Promise<void> } {
  const config = loadConfig(env);
  giveFreshData(config.stateDir);
  const child = spawn(process.execPath, [absolute('bin/factory.js'), 'start', '--json'], {
    env: { ...environmentOf(config), DATABASE_URL: '', TEMPORAL_ADDRESS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (written.stdout += text));
  child.stderr.on('data', (text) => (written.stderr += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const ready = async () => {
    const isOver = () => child.exitCode !== null || child.signalCode !== null;
    await waitFor(() => written.stdout.includes('\n') || isOver(), {
      timeoutMs: 100_000,
      what: 'the stack to be ready',
    });
    if (isOver()) throw new Error(`The stack ended with ${await ended}:\n${written.stderr}`);
  };
  return { child, ended, ready, said: () => written.stderr };
}

/** Who runs in the folder, by name. */
export const processesIn = (stateDir: string): Map<string, ListedProcess> =>
  new Map(readProcesses(stateDir).map((process) => [process.name, process]));
