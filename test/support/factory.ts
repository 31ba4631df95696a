/** A whole factory for one test file: the real command line as a process, a repository, and the scripted model in reach. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Answer, createClient } from '../../api/client/index.ts';
import { loadConfig } from '../../config/config.ts';
import { connect, type Database } from '../../db/connection.ts';
import { type ExecResult, exec } from '../../exec.ts';
import { type ScriptedModelOptions, startScriptedModel } from '../../local/model/server.ts';
import { endProcess } from '../../local/stack/process.ts';
import { readProcesses } from '../../local/stack/process-list.ts';
import { listSessions, terminalOf } from '../../local/stack/terminal.ts';
import { type CliResult, runCli } from './cli.ts';
import { required } from './environment.ts';
import { reportOnFailure } from './execution-report.ts';
import { createRepository, type Files, type Repository } from './git.ts';
import { processesIn, type StackProcess, stackVariables, startStack } from './stack.ts';
import { waitFor } from './wait-for.ts';

interface FactoryOptions {
  /** How the model answers; the object stays in use, so a test may change it under way. */
  readonly model?: ScriptedModelOptions;
  /** Variables on top of folder, ports and model. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What the base branch of the repository `work` holds. */
  readonly files?: Files;
  /** Others beside it, by name, each with its path. */
  readonly repositories?: Readonly<Record<string, string>>;
  /** The address that the repository has as its origin. */
  readonly origin?: string;
}

type Epic = Answer<'Epic'>;
type HumanRequest = Answer<'HumanRequest'>;
interface EpicBody {
  readonly title: string;
  readonly [field: string]: unknown;
}

/** Of the server's causes: something came in while the workflow was closing, so it is asked again, as it should be. */
const UNHANDLED_COMMAND = 1;

const NO_CHECKS: Files = { 'README.md': '# Work\n', 'factory.yaml': 'verify: test -f README.md\n' };

/** Starts it; a stack that does not come up leaves nothing behind. Call `end` in `after`. */
export async function startFactory(options: FactoryOptions = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'ff-'));
  const stateDir = path.join(folder, 'state');
  await mkdir(stateDir);
  const repository: Repository = await createRepository({ files: options.files ?? NO_CHECKS, bare: true });
  if (options.origin !== undefined) await repository.git('remote', 'set-url', 'origin', options.origin);
  const model = await startScriptedModel(options.model);
  const env: Record<string, string> & { FACTORY_CONFIG: string } = {
    ...(await stackVariables(stateDir)),
    FACTORY_CONFIG: path.join(folder, 'factory.yaml'),
    ANTHROPIC_BASE_URL: model.url,
    ...options.variables,
  };
  const paths = Object.entries({ work: repository.path, ...options.repositories });
  const repositories = Object.fromEntries(paths.map(([name, at]) => [name, { path: at }]));
  await writeFile(env.FACTORY_CONFIG, JSON.stringify({ repositories }));
  const config = loadConfig(env);
  const db: Database = connect(config.databaseUrl, { max: 3 });
  const connection = Connection.lazy(config.temporal.connection);
  let stack: StackProcess | undefined;
  const temporal = new Client({ connection, namespace: config.temporal.namespace });
  reportOnFailure(temporal);

  const factory = {
    env,
    config,
    stateDir,
    /** The person's repository, whose base branch `main` the result goes into. */
    repository,
    model,
    db,
    api: createClient(config.apiUrl),
    apiUrl: config.apiUrl,
    temporal,

    /** `factory start`, until it says that it runs. */
    async start(): Promise<void> {
      const starting = startStack(env);
      stack = starting;
      await starting.ready();
    },

    /** Ctrl-C; answers with the exit code and what it said. */
    async interrupt(): Promise<{ exitCode: number | null; said: string }> {
      if (stack === undefined) throw new Error('The factory was not started');
      stack.child.kill('SIGINT');
      return { exitCode: await stack.ended, said: stack.said() };
    },

    /** The command line, in this process: e2e/stack and the tests of `cli` start real ones. */
    cli: (...args: string[]): Promise<CliResult> => runCli(args, { env }),

    /** The real Temporal CLI, pointed at this factory. */
    temporalCli: (...args: string[]): Promise<ExecResult> =>
      exec({
        file: required('FACTORY_TEMPORAL_CLI'),
        args: [...args, '--address', config.temporal.address],
        timeoutMs: 20_000,
      }),

    /** Gives it an epic; answers with its id. */
    async submit(body: EpicBody, key?: string): Promise<string> {
      const { data, error } = await factory.api.POST('/epics', {
        params: { header: key === undefined ? {} : { 'idempotency-key': key } },
        body,
      });
      if (data === undefined) throw new Error(`The epic was refused: ${JSON.stringify(error)}`);
      return data.id;
    },

    /** The epic as the API shows it; undefined before its first record. */
    async epic(id: string): Promise<Epic | undefined> {
      const { data, response } = await factory.api.GET('/epics/{id}', { params: { path: { id } } });
      return response.status === 200 ? (data as Epic) : undefined;
    },

    /** Waits until the epic is as wanted; an epic that ended otherwise ends the wait with its reason. */
    until(id: string, what: string, wanted: (epic: Epic) => boolean, timeoutMs = 60_000): Promise<Epic> {
      let last: Epic | undefined;
      return waitFor(
        async () => {
          last = (await factory.epic(id)) ?? last;
          return last !== undefined && wanted(last) ? last : undefined;
        },
        { timeoutMs, intervalMs: 250, what },
      ).catch((cause: unknown) => {
        throw new Error(`${id}: waited for ${what}; it is ${JSON.stringify(last, null, 1)}`, { cause });
      });
    },

    /** Waits for an open request of a kind. */
    async request(id: string, kind: HumanRequest['kind'], timeoutMs = 60_000): Promise<HumanRequest> {
      const find = (epic: Epic) => epic.requests.find((request) => request.kind === kind);
      const epic = await factory.until(id, `a request: ${kind}`, (now) => find(now) !== undefined, timeoutMs);
      return find(epic) as HumanRequest;
    },

    async respond(id: string, { requestId }: HumanRequest, decision: string): Promise<void> {
      const body = { requestId, decision, by: 'test' };
      const { error } = await factory.api.POST('/epics/{id}/respond', { params: { path: { id } }, body });
      if (error !== undefined) throw new Error(JSON.stringify(error));
    },

    completed: (id: string) => factory.until(id, 'COMPLETED', ({ state }) => state === 'COMPLETED'),

    /** SIGKILL; answers once the launcher has started its successor. */
    async kill(name: string): Promise<void> {
      const { pid } = processesIn(stateDir).get(name) ?? {};
      if (pid === undefined) throw new Error(`No process ${name} is listed`);
      process.kill(pid, 'SIGKILL');
      await waitFor(
        () => {
          const now = processesIn(stateDir).get(name)?.pid;
          return now !== undefined && now !== pid;
        },
        { timeoutMs: 20_000, what: `a new process ${name}` },
      );
    },

    /** tmux sessions of this factory's host. */
    async sessions(): Promise<string[]> {
      const terminal = terminalOf(config);
      return terminal === undefined ? [] : listSessions(terminal);
    },

    /** Subjects of the base branch's commits, newest first; with `--no-merges` and the like. */
    async subjects(...args: string[]): Promise<string[]> {
      return (await repository.git('log', '--format=%s', ...args, 'main')).split('\n');
    },

    /** Workflow tasks that failed, of every execution: each is a mistake of ours, whatever people send. */
    async workflowTaskFailures(): Promise<string[]> {
      const failures: string[] = [];
      for await (const { workflowId, runId } of factory.temporal.workflow.list()) {
        const { events } = await factory.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
        for (const { workflowTaskFailedEventAttributes: failed } of events ?? []) {
          if (failed && failed.cause !== UNHANDLED_COMMAND) failures.push(`${workflowId}: ${failed.failure?.message}`);
        }
      }
      return failures;
    },

    /** Ends every process that is listed, the tmux server, and what the test itself has open. */
    async end(): Promise<void> {
      const stopped = await factory.cli('stop', '--commands').catch((error: unknown) => error);
      for (const listed of readProcesses(stateDir)) await endProcess(listed, { graceMs: 1_000, signal: 'SIGKILL' });
      await db.destroy();
      await connection.close();
      await model.close();
      await repository.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      if (stopped instanceof Error) throw stopped;
    },
  };
  try {
    await factory.start();
    return factory;
  } catch (error) {
    await factory.end();
    throw error;
  }
}

export type Factory = Awaited<ReturnType<typeof startFactory>>;
