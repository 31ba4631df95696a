/** An epic of three tasks through the whole factory, against a shell script that does the same git and tmux work. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { loadConfig } from '../config.ts';
import { startScriptedModel } from '../local/model.ts';
import { freePort } from '../local/ports.ts';
import { startStack } from '../local/stack.ts';
import { endServer, terminalOf } from '../local/terminal.ts';
import type { EpicInput } from '../workflows/contract/epic.ts';
import { epicStartOptions } from '../workflows/contract/start.ts';
import { type Figure, median } from './figure.ts';
import { untilAborted } from './interruptible.ts';

const run = promisify(execFile);

const VERIFY = 'test -s README.md';
const ROUNDS = 3;
const TASKS = ['one', 'two', 'three'];

export async function measureEpic(signal: AbortSignal): Promise<Figure[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  try {
    const source = await createSource(folder);
    const factory = await withFactory(folder, source, signal, measureFactory);
    const script: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      signal.throwIfAborted();
      script.push(await measureScript(join(folder, `script-${round}`), source));
    }
    return [
      { name: 'epic of 3 tasks through the factory', value: median(factory), unit: 's' },
      { name: 'the same git and tmux work by a shell script', value: median(script), unit: 's' },
      { name: 'factory against script', value: median(factory) / median(script), unit: '×', goal: 4 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A stack of its own without API, its model in this process, and epics that nobody has to approve. */
async function withFactory<T>(
  folder: string,
  source: string,
  signal: AbortSignal,
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

async function measureFactory(client: Client): Promise<number[]> {
  const seconds: number[] = [];
  // The first epic pays for the repository's mirror, connections and caches, which a running factory has.
  for (let round = 0; round <= ROUNDS; round++) {
    const input: Partial<EpicInput> = {
      title: `Bench round ${round}`,
      tasks: TASKS.map((key) => ({ key, title: key, description: '', acceptance: [], dependsOn: [] })),
    };
    const began = performance.now();
    await client.workflow.execute('epicWorkflow', { ...epicStartOptions(`bench-${round}`, 'Bench'), args: [input] });
    if (round > 0) seconds.push((performance.now() - began) / 1_000);
  }
  return seconds;
}

async function measureScript(folder: string, source: string): Promise<number> {
  await mkdir(folder);
  const began = performance.now();
  await run('sh', [join(import.meta.dirname, 'baseline.sh'), folder, source, VERIFY]);
  return (performance.now() - began) / 1_000;
}

/** A small bare repository with a policy that verifies. */
async function createSource(folder: string): Promise<string> {
  const work = join(folder, 'source');
  await mkdir(work);
  await writeFile(join(work, 'README.md'), '# Bench\n');
  await writeFile(join(work, 'factory.yaml'), `verify: ${VERIFY}\n`);
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@localhost'];
  const git = (...args: string[]) => run('git', [...identity, ...args], { cwd: work });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Begin');
  await git('clone', '--quiet', '--bare', '.', join(folder, 'source.git'));
  return join(folder, 'source.git');
}
