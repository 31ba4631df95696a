/** A repository whose tests run for real, and changes of it that are verified and inspected as a task's are. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { createVerifyActivities } from '../../activities/verify.ts';
import { NO_SANDBOX, type Sandbox } from '../../clients/terminal/sandbox.ts';
import { createTerminal, endServer, type Terminal } from '../../clients/terminal/tmux.ts';
import type { Database } from '../../db/connection.ts';
import type { Inspection } from '../../workflows/contract/change.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { MockActivityEnvironment } from './activity-environment.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { createGitStage, type GitStage, REPOSITORY } from './git-stage.ts';
import { textOf } from './terminal.ts';

export type Activities = ReturnType<typeof createVerifyActivities>;

/** What a test file for node:test begins with. */
export const imports = "import assert from 'node:assert/strict';\nimport { describe, test } from 'node:test';\n";
export const FILES = {
  'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/add.js': 'export const add = (a, b) => a + b;\n',
  'test/add.test.js': `${imports}describe('add', () => {\n  test('adds', () => assert.equal(1 + 1, 2));\n  test('adds more', () => assert.equal(1 + 2, 3));\n});\n`,
  'test/other.test.js': `${imports}test('other', () => assert.ok(true));\n`,
};

/** Call it once, at the top of a file. */
export function useTestRuns() {
  let stage: GitStage;
  let database: TestDatabase;
  let terminal: Terminal;
  let activities: Activities;
  const activitiesIn = (sandbox: Sandbox): Activities => {
    const commands = { sandbox, secretsFile: undefined };
    return createVerifyActivities({ db: database.db, host: stage.hostOf('one'), terminal, commands });
  };
  before(async () => {
    [stage, database] = await Promise.all([createGitStage({ files: FILES }), createDatabase()]);
    terminal = createTerminal({ stateDir: stage.stateDir, host: 'one' });
    activities = activitiesIn(NO_SANDBOX('of the test'));
  });
  after(async () => {
    await endServer(terminal);
    await Promise.all([database.drop(), stage.remove()]);
  });

  let calls = 0;
  const environment = () => {
    calls += 1;
    return new MockActivityEnvironment({ activityId: `a-${calls}`, attempt: 1 });
  };
  const log = () => join(stage.stateDir, 'runs.log');

  /** Each run of the check is a line with its commit's folder. */
  const policyOf = (check: object = {}) =>
    RepositoryPolicy.parse({
      verify: [{ name: 'tests', command: `pwd >> ${log()}; ${process.execPath} --test`, ...check }],
    });

  /** Verifies and inspects a change, as a task does. */
  async function inspected(
    taskKey: string,
    change: (at: (path: string) => string) => Promise<void> | void,
    policy = policyOf(),
    { verify } = activities,
    onProgress: (progress: string) => void = () => {},
  ) {
    const input = {
      ...{ epicId: 'observed', taskKey, repository: REPOSITORY, targetBranch: 'main' },
      placement: { host: 'one', epoch: 1 },
    };
    const { worktree } = await stage.host('one').prepareWorktree(input);
    await change((path) => join(worktree, path));
    const { headSha } = await stage.host('one').commitChange({ ...input, worktree, message: 'Change', key: 'k' });
    const verifying = environment();
    verifying.on('heartbeat', (details?: { progress?: string }) => onProgress(details?.progress ?? ''));
    const { green, inspection } = (await verifying.run(verify, {
      ...{ ...input, worktree, policy, policyHash: 'p', commitSha: headSha },
      inspects: { targetBranch: 'main', criteria: '' },
    })) as Awaited<ReturnType<typeof activities.verify>>;
    assert.equal(green, true);
    return inspection as Inspection;
  }

  return {
    get stage(): GitStage {
      return stage;
    },
    get db(): Database {
      return database.db;
    },
    get activities(): Activities {
      return activities;
    },
    ...{ activitiesIn, environment, inspected },
    /** The findings about the tests of a change. */
    judged: async (...given: Parameters<typeof inspected>) => (await inspected(...given)).weakened?.lines ?? [],
    /** How often the check ran. */
    runs: () => (textOf(log()) ?? '').split('\n').length - 1,
  };
}
