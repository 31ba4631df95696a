/** An epic whose branch people move by hand while it waits for its approval: pushed on top first, then rewritten. */
import { mirrorPath } from '../../clients/git/names.ts';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import { createFolder, repositoryAt } from '../support/git.ts';
import type { Deed, SuiteEpic } from './epic.ts';
import type { Lane } from './lane.ts';
import { TITLES } from './scripts.ts';

const KEY = 'only';

export function movedByHand(id: string): SuiteEpic {
  /** The head that each deed left behind, and the request that it found open: the next deed waits for another one. */
  const moves: { head?: string; requestId: string }[] = [];
  const deed = (name: string, number: number, move: (lane: Lane) => Promise<string>): Deed => ({
    name,
    when: ({ requests }) => {
      const requestId = requests.find(({ kind }) => kind === 'merge')?.requestId;
      if (requestId === undefined || moves.length < number || moves[number - 1]?.requestId === requestId) return false;
      moves[number] ??= { requestId };
      return true;
    },
    act: async (lane) => {
      const made = moves[number] as (typeof moves)[number];
      made.head ??= await move(lane);
      await tellChanged(lane, id);
    },
  });
  return {
    id,
    body: {
      title: TITLES.single,
      tasks: [{ key: KEY, title: `Do ${KEY}`, dependsOn: [] }],
      requireApproval: ['merge'],
    },
    answer: ({ kind, options }) => {
      if (options.includes('take')) return { decision: 'take' };
      return kind === 'merge' && moves[1]?.head !== undefined ? { decision: 'approve' } : undefined;
    },
    deeds: [
      deed('push on top', 0, (lane) => commit(lane, id, 'pushed by hand', `factory/${id}/${KEY}`)),
      // What was pushed on top is gone with it, and what the Worker did is in it.
      deed('rewrite the branch', 1, (lane) => commit(lane, id, 'rewritten by hand', 'main')),
    ],
    ends: 'COMPLETED',
    tasks: { [KEY]: 'COMPLETED' },
    lines: ['rewritten by hand'],
  };
}

/** A commit with one more file on top of `parent`, put at the branch as a forge lets people do it. */
async function commit({ stateDir }: Lane, id: string, line: string, parent: string): Promise<string> {
  const mirror = repositoryAt(mirrorPath(stateDir, 'work'));
  const folder = await createFolder('by-hand');
  try {
    await mirror.git('clone', '--quiet', '--branch', parent, mirror.path, folder.path);
    const clone = repositoryAt(folder.path);
    const sha = await clone.commit(`Say that it was ${line}, in ${id}`, { [`notes/${id}-hand.txt`]: `${line}\n` });
    await clone.git('push', '--quiet', 'origin', 'HEAD:refs/by-hand/commit');
    await mirror.git('update-ref', `refs/heads/factory/${id}/${KEY}`, sha);
    await mirror.git('update-ref', '-d', 'refs/by-hand/commit');
    return sha;
  } finally {
    await folder.remove();
  }
}

async function tellChanged({ db, temporal }: Lane, id: string): Promise<void> {
  const query = db.selectFrom('forge_pull_requests').select('number').where('head', '=', `factory/${id}/${KEY}`);
  const { number } = await query.executeTakeFirstOrThrow();
  await temporal.workflow.getHandle(taskWorkflowId(id, KEY)).signal('pullRequestChanged', { number });
}
