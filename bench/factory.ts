/** A factory for the measurements: a stack of its own without API, a scripted model and a small repository. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { loadConfig } from '../config/config.ts';
import { startScriptedModel } from '../local/model/server.ts';
import { freePort } from '../local/stack/ports.ts';
import { startStack } from '../local/stack/stack.ts';
import { endServer, terminalOf } from '../local/stack/terminal.ts';
import { untilAborted } from './interruptible.ts';

const run = promisify(execFile);

export interface BenchFactory {
  readonly folder: string;
  readonly source: string;
  readonly signal: AbortSignal;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs `work` against a factory in which nobody has to approve anything. */
export async function withFactory<T>(
  { folder, source, signal, variables = {} }: BenchFactory,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const model = await startScriptedModel();
  const [temporal, ui, postgres] = [await freePort(), await freePort(), await freePort()];
  const config = loadConfig({
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    STATE_DIR: join(folder, 'state'),
    GIT_BASE_REPO_PATH: source,
    ANTHROPIC_BASE_URL: model.url,
    SANDBOX: 'off',
    REQUIRE_HUMAN_APPROVAL: 'false',
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
    POSTGRES_PORT: String(postgres),
    ...variables,
  });
  const stack = await startStack(config, { without: ['api'], signal });
  const connection = await Connection.connect(config.temporal.connection);
  try {
    return await untilAborted(work(new Client({ connection, namespace: config.temporal.namespace })), signal);
  } finally {
    await connection.close();
    await stack.stop();
    await model.close();
    const terminal = terminalOf(config);
    if (terminal !== undefined) await endServer(terminal);
  }
}

/** A small bare repository whose policy verifies with this command. */
export async function createSource(folder: string, verify: string): Promise<string> {
  const work = join(folder, 'source');
  await mkdir(work);
  await writeFile(join(work, 'README.md'), '# Bench\n');
  await writeFile(join(work, 'factory.yaml'), `verify: ${JSON.stringify(verify)}\n`);
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@localhost'];
  const git = (...args: string[]) => run('git', [...identity, ...args], { cwd: work });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Begin');
  await git('clone', '--quiet', '--bare', '.', join(folder, 'source.git'));
  return join(folder, 'source.git');
}
