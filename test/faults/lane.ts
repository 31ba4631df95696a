/**
 * A lane of the suite: a stack of its own (Temporal, PostgreSQL, API, scripted model), a worker process that can be
 * killed by plan, and proxies between them. Many scenarios run on one lane, one after the other.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createClient } from '../../api/client/index.ts';
import { loadConfig } from '../../config/config.ts';
import { connect } from '../../db/connection.ts';
import { exec } from '../../exec.ts';
import type { Scenario } from '../../local/model/scenario.ts';
import { startScriptedModel } from '../../local/model/server.ts';
import { environmentOf } from '../../local/stack/environment.ts';
import { send } from '../../local/stack/process.ts';
import { startStack } from '../../local/stack/stack.ts';
import { endServer, listSessions, terminalOf } from '../../local/stack/terminal.ts';
import { createRepository } from '../support/git.ts';
import { startLinear } from '../support/linear/server.ts';
import { giveFreshData, stackVariables } from '../support/stack.ts';
import { createPlans } from './kill-plan.ts';
import { type Link, startProxy } from './proxy.ts';
import { keepWorker } from './worker-process.ts';

export interface LaneOptions {
  /** What the model answers, by the folder that commands note their starts in. */
  readonly scenario: (notes: string) => Scenario;
  /** The workflows as one script, shared by all lanes and restarts. */
  readonly bundle: string;
  readonly modelDelayMs?: number;
  readonly variables?: Readonly<Record<string, string>>;
  /** Worktrees on a small file system of their own, which needs root and Linux. */
  readonly smallDisk?: boolean;
}

const FILES = {
  'README.md': '# Work\n',
  'factory.yaml': [
    'setup: test -f README.md',
    // Work that says so is red, which is how a first attempt fails.
    'verify: "! grep -rqs BROKEN notes"',
    'timeouts: { verifySeconds: 60 }',
    '',
  ].join('\n'),
};

/** Starts it; a lane that does not come up leaves nothing behind. */
export async function openLane({ scenario, bundle, modelDelayMs = 0, variables = {}, smallDisk = false }: LaneOptions) {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'fl-')));
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })];
  const end = async () => {
    const problems: unknown[] = [];
    for (const step of ends.splice(0).toReversed())
      await Promise.resolve(step()).catch((error) => problems.push(error));
    if (problems.length > 0) throw new AggregateError(problems, 'A lane did not end well');
  };
  try {
    const [stateDir, notes, plansFolder] = ['state', 'notes', 'plans'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    const worktrees = path.join(folder, 'worktrees');
    await Promise.all([mkdir(stateDir), mkdir(notes), mkdir(plansFolder), mkdir(worktrees)]);
    giveFreshData(stateDir);
    const hasSmallDisk = smallDisk && (await mountSmallDisk(worktrees));
    if (hasSmallDisk) ends.push(() => exec({ file: 'umount', args: ['-l', worktrees], timeoutMs: 10_000 }));
    const repository = await createRepository({ files: FILES, bare: true });
    ends.push(() => repository.remove());
    const model = await startScriptedModel({ scenario: scenario(notes), delayMs: modelDelayMs });
    ends.push(() => model.close());
    const linear = await startLinear();
    ends.push(() => linear.close());

    const factoryConfig = path.join(folder, 'factory.yaml');
    await writeFile(factoryConfig, JSON.stringify({ repositories: { work: { path: repository.path } } }));
    const config = loadConfig({
      ...(await stackVariables(stateDir)),
      FACTORY_CONFIG: factoryConfig,
      ANTHROPIC_BASE_URL: model.url,
      // Commands note their starts outside the worktree, where a sandbox would not let them.
      SANDBOX: 'off',
      ...linear.variables,
      GIT_WORKTREE_BASE: worktrees,
      MAX_ATTEMPTS: '2',
      MAX_EPICS: '10',
      LOG_LEVEL: 'warn',
      ...variables,
    });
    const start = () => startStack(config, { without: ['worker', 'model'] });
    let stack = await start();
    ends.push(() => stack.stop());
    const proxies = {
      temporal: await startProxy(config.ports.temporal),
      postgres: await startProxy(config.ports.postgres),
      model: await startProxy(Number(new URL(model.url).port)),
    };
    for (const proxy of Object.values(proxies)) ends.push(() => proxy.close());

    const plans = createPlans(plansFolder);
    plans.lay([]);
    const database = new URL(config.databaseUrl);
    database.port = String(proxies.postgres.port);
    const command = {
      args: [plansFolder, bundle],
      env: environmentOf(config, {
        TEMPORAL_ADDRESS: `127.0.0.1:${proxies.temporal.port}`,
        DATABASE_URL: database.href,
        ANTHROPIC_BASE_URL: `http://127.0.0.1:${proxies.model.port}`,
      }),
      logFile: path.join(stateDir, 'logs', 'worker.log'),
    };
    let worker = keepWorker(command);
    ends.push(async () => {
      const terminal = terminalOf(config);
      if (terminal !== undefined) await endServer(terminal);
    });
    ends.push(() => worker.stop());

    const db = connect(config.databaseUrl, { max: 4 });
    ends.push(() => db.destroy());
    const connection = Connection.lazy(config.temporal.connection);
    ends.push(() => connection.close());
    return {
      config,
      workflowBundle: { codePath: bundle },
      folder,
      stateDir,
      notes,
      worktrees,
      /** The folder of a file system that can be filled, where there is one. */
      worktreeDisk: hasSmallDisk ? worktrees : undefined,
      repository,
      model,
      linear,
      plans,
      proxies: proxies as Readonly<Record<string, Link>>,
      get worker() {
        return worker;
      },
      db,
      api: createClient(config.apiUrl),
      temporal: new Client({ connection, namespace: config.temporal.namespace }),
      /** SIGKILL for a server; the stack starts it again. */
      killServer(name: 'temporal' | 'postgres' | 'api'): void {
        const server = stack.processes().find((process) => process.name === name);
        if (server !== undefined) send(server, 'SIGKILL');
      },
      /** Ends worker process and stack, by SIGKILL for all at once if that is wanted, and starts them again. */
      async restart({ isHard = false } = {}): Promise<void> {
        if (isHard) {
          // The launcher is this process.
          for (const server of stack.processes()) if (server.name !== 'launcher') send(server, 'SIGKILL');
          worker.kill();
        }
        await worker.stop();
        await stack.stop();
        stack = await start();
        worker = keepWorker(command);
      },
      /** Ids of the processes that run now, by name. */
      processes(): ReadonlyMap<string, number> {
        const servers = stack.processes().map(({ name, pid }) => [name, pid] as const);
        const pid = worker.pid();
        return new Map([...servers, ...(pid === undefined ? [] : [['worker', pid] as const])]);
      },
      async sessions(): Promise<string[]> {
        const terminal = terminalOf(config);
        return terminal === undefined ? [] : listSessions(terminal);
      },
      end,
    };
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
}

/** Small, so that it is filled at once, and large enough for the worktrees that cancelled tasks keep. False where this is not allowed. */
async function mountSmallDisk(folder: string): Promise<boolean> {
  const args = ['-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', folder];
  const mounted = await exec({ file: 'mount', args, timeoutMs: 10_000 }).catch(() => undefined);
  return mounted?.exitCode === 0;
}

export type Lane = Awaited<ReturnType<typeof openLane>>;
