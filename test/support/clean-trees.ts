import { readdirSync } from 'node:fs';
import { after, before } from 'node:test';
import { createVerifyActivities, type VerifyResult } from '../../activities/verify.ts';
import { clonePath } from '../../clients/git/names.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { createTerminal, endServer, type Terminal } from '../../clients/terminal/tmux.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { VerifyInput } from '../../workflows/contract/verification.ts';
import { MockActivityEnvironment } from './activity-environment.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { type Files, writeFiles } from './git.ts';
import { createGitStage, type GitStage, REPOSITORY } from './git-stage.ts';

export const FILES: Files = {
  'a.txt': 'a\n',
  'dir/b.txt': 'b\n',
  'dir/c.txt': 'c\n',
  '.gitignore': 'lib/\nmade/\nmodules/\n*.log\n',
  'modules.lock': '1\n',
};

export let stage: GitStage;
export let database: TestDatabase;
export let terminal: Terminal;
before(async () => {
  [stage, database] = await Promise.all([createGitStage({ files: FILES }), createDatabase()]);
  terminal = createTerminal({ stateDir: stage.stateDir, host: 'one' });
});
after(async () => {
  await endServer(terminal);
  await Promise.all([database.drop(), stage.remove()]);
});

export const activities = () => {
  const commands = { sandbox: NO_SANDBOX('of the test'), secretsFile: undefined };
  return createVerifyActivities({ db: database.db, host: stage.hostOf('one'), terminal, commands });
};
export const environment = (activityId: string) => new MockActivityEnvironment({ activityId });
let calls = 0;
export const verify = (input: VerifyInput, activity = `verify-${++calls}`): Promise<VerifyResult> =>
  environment(activity).run(activities().verify, input);

/** A task of its own epic with its worktree, where `work` hands in what was written there. */
export async function placed(epicId: string, given: unknown = {}, { base = false } = {}) {
  const task = { epicId, taskKey: 'only', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
  const known = base ? { base: { branch: 'main', sha: await stage.mirror.git('rev-parse', 'main') } } : {};
  const { worktree, headSha } = await stage.host('one').prepareWorktree({ ...task, targetBranch: 'main', ...known });
  const place = { ...task, worktree };
  return {
    input: { ...place, commitSha: headSha, policy: RepositoryPolicy.parse(given) },
    async work(files: Files): Promise<VerifyInput> {
      await writeFiles(worktree, files);
      const commit = await stage.host('one').commitChange({ ...place, message: 'Work', key: `${++calls}` });
      return { ...this.input, commitSha: commit.headSha };
    },
  };
}
export const evidenceOf = (epicId: string) =>
  database.db.selectFrom('evidence').selectAll().where('epic_id', '=', epicId).orderBy('started_at').execute();
export const clone = () => clonePath(stage.stateDir, 'one', REPOSITORY);
export const slots = () => readdirSync(`${clone()}.verification`).filter((name) => name.endsWith('.json'));
