/** A repository whose tests run for real, and changes of it that are verified and inspected as a task's are. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after } from 'node:test';
import type { createVerifyActivities } from '../../activities/verify.ts';
import type { Inspection } from '../../workflows/contract/change.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { MockActivityEnvironment } from './activity-environment.ts';
import { REPOSITORY } from './git-stage.ts';
import { textOf } from './terminal.ts';
import { openVerifyStage } from './verify-stage.ts';

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
export async function useTestRuns() {
  const { stage, database, activitiesIn, close } = await openVerifyStage(FILES);
  after(close);
  const activities: Activities = activitiesIn();

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
    ...{ stage, db: database.db, activities, activitiesIn, environment, inspected },
    /** The findings about the tests of a change. */
    judged: async (...given: Parameters<typeof inspected>) => (await inspected(...given)).weakened?.lines ?? [],
    /** How often the check ran. */
    runs: () => (textOf(log()) ?? '').split('\n').length - 1,
  };
}
