/** A round is opened once: one transcript for the wish, and in it one brief for the next turn, whatever is tried again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenRound, type OpenRoundInput } from '../../activities/agent/open-round.ts';
import type { OpenedTranscript } from '../../workflows/contract/transcript.ts';
import { activityEnvironment, TASK } from '../support/agent.ts';
import { useAgents } from '../support/agents.ts';

const { agentWith, briefs, db } = useAgents();

const PLACE = { repository: 'example', worktree: '/worktree', placement: { host: 'here', epoch: 1 } };
const IMPLEMENT = { kind: 'implement', epicTitle: 'Ship', task: TASK, targetBranch: 'main' } as const;

/** `files` may throw, as git does. */
function open(input: Pick<OpenRoundInput, 'epicId' | 'openedBy' | 'brief'>, tree = async () => '') {
  const sources = { files: async () => [], tree, diff: async () => '', since: async () => '' };
  const { openRound } = createOpenRound({ db: db(), sources: { ...sources, ignored: async () => undefined } });
  const round = { ...PLACE, taskKey: 'slugs', purpose: 'implement' as const, ...input };
  return activityEnvironment().run(openRound, round) as Promise<OpenedTranscript>;
}

test('twins and retries of one wish open one transcript with one brief, whose first text stays', async () => {
  const wish = { epicId: 'twins', openedBy: 'twins/1' };
  const [opened, twin] = await Promise.all([open({ ...wish, brief: IMPLEMENT }), open({ ...wish, brief: IMPLEMENT })]);
  assert.deepEqual(opened, { agentId: 'twins.slugs.implement.1', attempt: 1, nextTurn: 1 });
  assert.deepEqual(twin, opened);
  const [first] = await briefs(opened.agentId);
  assert.deepEqual(await open({ ...wish, brief: { ...IMPLEMENT, epicTitle: 'Other' } }), opened);
  assert.deepEqual(await briefs(opened.agentId), [first]);
  assert.equal((await open({ ...wish, openedBy: 'twins/2', brief: IMPLEMENT })).attempt, 2);
});

test('a brief that failed is written by the retry, to the same transcript', async () => {
  const brief = { ...IMPLEMENT, before: { tried: [], baseSha: 'base' } };
  const wish = { epicId: 'failing', openedBy: 'failing/1', brief };
  await assert.rejects(
    open(wish, () => Promise.reject(new Error('git is away'))),
    /git is away/,
  );
  assert.deepEqual(await briefs('failing.slugs.implement.1'), []);
  const opened = await open(wish);
  assert.deepEqual([opened.attempt, (await briefs(opened.agentId)).length], [1, 1]);
});

test('a later round goes on in the transcript, at the turn after the last that was answered', async () => {
  const agent = await agentWith({});
  await agent.process().turn();
  const { opened_by: openedBy } = await db()
    .selectFrom('transcripts')
    .select('opened_by')
    .where('id', '=', agent.agentId)
    .executeTakeFirstOrThrow();
  const again = { epicId: agent.epicId, openedBy, brief: { kind: 'nothing-submitted' } as const };
  assert.deepEqual(await open(again), { agentId: agent.agentId, attempt: 1, nextTurn: 2 });
  assert.deepEqual(
    (await briefs(agent.agentId)).map(({ turn, kind }) => `${turn} ${kind}`),
    ['1 implement', '2 nothing-submitted'],
  );
  await agent.process().turn();
  assert.equal((await open(again)).nextTurn, 2, 'an attempt that wakes up when its retry has opened the round');
  assert.equal((await briefs(agent.agentId)).length, 2);
});

test('a place that has been left opens no round', async () => {
  const wish = { epicId: 'left', openedBy: 'left/1', brief: IMPLEMENT };
  await db()
    .insertInto('placements')
    .values({ holder: 'epic-left/task-slugs', host: 'there', epoch: 2, held: true })
    .execute();
  const opened = await open(wish);
  assert.deepEqual(await briefs(opened.agentId), []);
});
