/** A git stage with a database and a terminal, where commits are verified. */
import { createVerifyActivities } from '../../activities/verify.ts';
import { NO_SANDBOX, type Sandbox } from '../../clients/terminal/sandbox.ts';
import { createTerminal, endServer } from '../../clients/terminal/tmux.ts';
import { createDatabase } from './database.ts';
import type { Files } from './git.ts';
import { createGitStage, REPOSITORY } from './git-stage.ts';

/** Call `close` in `after`. */
export async function openVerifyStage(files: Files) {
  const [stage, database] = await Promise.all([createGitStage({ files }), createDatabase()]);
  const { db } = database;
  const terminal = createTerminal({ stateDir: stage.stateDir, host: 'one' });
  const evidence = () => db.selectFrom('evidence').selectAll().orderBy('started_at');
  return {
    stage,
    database,
    terminal,

    /** The activities of a host whose commands run in this sandbox. */
    activitiesIn(sandbox: Sandbox = NO_SANDBOX('of the test'), host = 'one') {
      return createVerifyActivities({
        ...{ db, host: stage.hostOf(host), terminal },
        commands: { sandbox, secretsFile: undefined },
      });
    },

    /** A task of its own epic with its worktree, and the commit that it begins with. */
    async place(epicId: string, { knowsBase = false } = {}) {
      const task = { epicId, taskKey: 'only', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
      const known = knowsBase ? { base: { branch: 'main', sha: await stage.mirror.git('rev-parse', 'main') } } : {};
      const prepared = await stage.host('one').prepareWorktree({ ...task, targetBranch: 'main', ...known });
      return { place: { ...task, worktree: prepared.worktree }, headSha: prepared.headSha };
    },

    /** Evidence in the order of its start: of an epic, or of a task in any epic. */
    evidenceOf: (epicId: string) => evidence().where('epic_id', '=', epicId).execute(),
    evidenceOfTask: (taskKey: string) => evidence().where('task_key', '=', taskKey).execute(),

    async close(): Promise<void> {
      await endServer(terminal);
      await Promise.all([database.drop(), stage.remove()]);
    },
  };
}
