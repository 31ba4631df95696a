/** Verification in clean worktrees: importing this file opens a stage for the test file, which closes after its last test. */
import { readdirSync } from 'node:fs';
import { after } from 'node:test';
import type { VerifyResult } from '../../activities/verify.ts';
import { clonePath } from '../../clients/git/names.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { VerifyInput } from '../../workflows/contract/verification.ts';
import { MockActivityEnvironment } from './activity-environment.ts';
import { type Files, writeFiles } from './git.ts';
import { REPOSITORY } from './git-stage.ts';
import { openVerifyStage } from './verify-stage.ts';

export const FILES: Files = {
  'a.txt': 'a\n',
  'dir/b.txt': 'b\n',
  'dir/c.txt': 'c\n',
  '.gitignore': 'lib/\nmade/\nmodules/\n*.log\n',
  'modules.lock': '1\n',
};

const { activitiesIn, close, place: begin, ...opened } = await openVerifyStage(FILES);
after(close);

export const { stage, database, evidenceOf } = opened;
export const activities = () => activitiesIn();
export const environment = (activityId: string) => new MockActivityEnvironment({ activityId });
let calls = 0;
export const verify = (input: VerifyInput, activity = `verify-${++calls}`): Promise<VerifyResult> =>
  environment(activity).run(activities().verify, input);

/** A task of its own epic with its worktree, where `work` hands in what was written there. */
export async function placed(epicId: string, given: unknown = {}, { base = false } = {}) {
  const { place, headSha } = await begin(epicId, { knowsBase: base });
  return {
    input: { ...place, commitSha: headSha, policy: RepositoryPolicy.parse(given) },
    async work(files: Files): Promise<VerifyInput> {
      await writeFiles(place.worktree, files);
      const commit = await stage.host('one').commitChange({ ...place, message: 'Work', key: `${++calls}` });
      return { ...this.input, commitSha: commit.headSha };
    },
  };
}
export const clone = () => clonePath(stage.stateDir, 'one', REPOSITORY);
export const slots = () => readdirSync(`${clone()}.verification`).filter((name) => name.endsWith('.json'));
