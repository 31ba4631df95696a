/** What the dashboard is measured with: a stack without worker, and a database and a mirror as full as the goals say. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createRecordActivities } from '../activities/records.ts';
import { loadConfig } from '../config/config.ts';
import { connect, type Database } from '../db/connection.ts';
import { freePort } from '../local/stack/ports.ts';
import { startStack } from '../local/stack/stack.ts';
import { createRepository, importCommit } from '../test/support/git.ts';
import { epicView, plannedTask, pullRequest, taskView } from '../test/support/views.ts';
import { createSource } from './factory.ts';

export interface WebStage {
  readonly db: Database;
  readonly pages: string;
  readonly apiPid: number;
  /** Writes what a task's workflow would, and returns when it is committed. */
  change(taskKey: string, version: number, phase: string): Promise<void>;
}

const EPICS = 500;
const TASKS = 10;
const CHANGED_FILES = 2_000;
const LINES = 500;
/** Epics with a page of their own in the measurements. */
export const BUSY = { id: 'busy', tasks: 50 };
export const LARGE = { id: 'large', tasks: 200 };
export const DIFF = 'diff';

export async function withWebStage<T>(
  folder: string,
  signal: AbortSignal,
  work: (stage: WebStage) => Promise<T>,
): Promise<T> {
  const source = await createSource(folder, 'true');
  const names = ['POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'BACKEND_PORT', 'FRONTEND_PORT'] as const;
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())] as const));
  const config = loadConfig({
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, STATE_DIR: join(folder, 'state'), SANDBOX: 'off' },
    ...{ GIT_BASE_REPO_PATH: source, ...Object.fromEntries(ports) },
  });
  const stack = await startStack(config, { without: ['worker', 'model'], signal });
  const db = connect(config.databaseUrl, { max: 10 });
  try {
    const headSha = await createLargeDiff(config.stateDir);
    await fill(db, headSha);
    const { recordTask } = createRecordActivities({ db });
    return await work({
      ...{ db, pages: stack.urls.pages },
      apiPid: stack.processes().find(({ name }) => name === 'api')?.pid ?? 0,
      async change(taskKey, version, phase) {
        const workflowExecution = { workflowId: `epic-${BUSY.id}/task-${taskKey}`, runId: 'run' };
        const view = taskView(BUSY.id, taskKey, version, { phase });
        await new MockActivityEnvironment({ workflowExecution }).run(recordTask, { chain: 'run', decisions: [], view });
      },
    });
  } finally {
    await db.destroy();
    await stack.stop();
  }
}

async function fill(db: Database, headSha: string): Promise<void> {
  const { recordEpic } = createRecordActivities({ db });
  const record = async (id: string, tasks: number, rest: Parameters<typeof epicView>[2] = {}) => {
    const planned = Array.from({ length: tasks }, (_, position) =>
      plannedTask(position === 0 ? 'first' : `t${position}`, position),
    );
    const view = epicView(id, 1, { tasks: planned, ...rest });
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: `epic-${id}`, runId: 'run' } });
    await environment.run(recordEpic, { chain: 'run', decisions: [], view });
  };
  for (let number = 0; number < EPICS; number += 1) {
    const state = number % 10 === 0 ? 'IN_PROGRESS' : 'COMPLETED';
    await record(`e${number}`, TASKS, { state, startedAt: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString() });
  }
  await record(BUSY.id, BUSY.tasks);
  await record(LARGE.id, LARGE.tasks);
  await record(DIFF, 1, { pullRequest: pullRequest(1, { head: 'factory/diff/epic', headSha }) });
}

/** 1,000,000 changed lines over 2,000 files, in the mirror that the API reads. */
async function createLargeDiff(stateDir: string): Promise<string> {
  const mirror = join(stateDir, 'forge', 'example.git');
  await mkdir(join(stateDir, 'forge'), { recursive: true });
  const source = await createRepository();
  await source.git('clone', '--quiet', '--bare', '.', mirror);
  await source.remove();
  const lines = (file: number) =>
    Array.from({ length: LINES }, (_, line) => `export const value${line} = ${file * line};\n`).join('');
  const files = Object.fromEntries(
    Array.from({ length: CHANGED_FILES }, (_, file) => [`src/part-${file % 40}/file-${file}.ts`, lines(file)]),
  );
  return importCommit(mirror, { branch: 'factory/diff/epic', from: 'main', files, message: 'Very much' });
}
