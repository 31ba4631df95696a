/** Transcripts that go on from an earlier turn of another: told the same, stored apart. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createOpenTranscript } from '../../activities/agent/open-transcript.ts';
import { buildMessages } from '../../activities/agent/transcript.ts';
import { createWriteBrief } from '../../activities/agent/write-brief.ts';
import { createFindRewind } from '../../activities/find-rewind.ts';
import { readModelInput } from '../../db/reads/model-input.ts';
import { readTranscript } from '../../db/reads/transcripts.ts';
import { compactTranscript, writeCheckpoint } from '../../db/writes/transcripts.ts';
import { openAgent } from '../support/agent.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let agent: Awaited<ReturnType<typeof openAgent>>;
before(async () => {
  database = await createDatabase();
  agent = await openAgent(database.db);
  for (const turn of [1, 2, 3]) await takeTurn(agent.agentId, turn);
  for (const turn of [2, 3]) await keep(agent.agentId, turn);
});
after(async () => {
  await agent.close();
  await database.drop();
});

async function takeTurn(agentId: string, turn: number): Promise<void> {
  const result = await agent.process().turn({ agentId, turn });
  assert.equal(result.kind, 'answer');
  await database.db
    .updateTable('tool_calls')
    .set({ output: `output of ${turn}`, is_error: false })
    .where('transcript', '=', agentId)
    .where('turn', '=', turn)
    .execute();
}
const keep = (transcript: string, turn: number) =>
  writeCheckpoint(database.db, { transcript, turn, checkpoint: `commit-${transcript}-${turn}` });
const openFork = (openedBy: string, from: string, atTurn: number) =>
  createOpenTranscript({ db: database.db }).openTranscript({
    ...{ epicId: agent.epicId, taskKey: 'slugs', purpose: 'implement', openedBy, fork: { from, atTurn } },
  });
const find = (turn: number) =>
  createFindRewind({ db: database.db }).findRewind({ epicId: agent.epicId, taskKey: 'slugs', turn });
const messages = async (transcript: string, turn: number) => {
  const rows = await readModelInput(database.db, transcript, turn);
  assert.ok(rows);
  return JSON.stringify(buildMessages(rows, turn)).replaceAll(',"cache_control":{"type":"ephemeral"}', '');
};
const brief = (agentId: string, turn: number) =>
  createWriteBrief({
    db: database.db,
    sources: {
      ...{ files: async () => [], tree: async () => '', diff: async () => '', since: async () => '' },
      ignored: async () => undefined,
    },
  })(
    {
      ...{ agentId, turn, epicId: agent.epicId, taskKey: 'slugs', repository: 'example', worktree: '/worktree' },
      placement: { host: 'here', epoch: 2 },
      brief: { kind: 'rewound', by: 'Ann', comment: 'keep the old format' },
    },
    new AbortController().signal,
  );

test('a fork is told what the other was told up to its turn, thoughts and all, and then its own', async () => {
  assert.deepEqual(await find(1), {
    kind: 'none',
    reason: 'Turn 1 of "slugs" changed no file that was kept; these have: 2, 3',
  });
  assert.deepEqual(await find(2), { kind: 'found', transcript: agent.agentId, turn: 2 });
  const fork = await openFork('once', agent.agentId, 2);
  assert.deepEqual([fork.attempt, fork.nextTurn], [2, 3]);
  assert.deepEqual(await openFork('once', agent.agentId, 2), fork, 'the same wish is the same transcript');
  assert.deepEqual(await find(2), { kind: 'there' });

  const shared = await messages(agent.agentId, 3);
  assert.match(shared, /"thinking"/);
  assert.equal(await messages(fork.agentId, 3), shared);
  await brief(fork.agentId, 3);
  const told = await messages(fork.agentId, 3);
  assert.ok(told.startsWith(shared.slice(0, -4)));
  assert.match(told, /Ann: keep the old format/);
  assert.doesNotMatch(told, /output of 3/);
  assert.equal(told.split('<task-title>').length, 2, 'the task is told once');
  // The scripted model refuses thoughts that were changed, as the real one does.
  await takeTurn(fork.agentId, 3);
  assert.equal((await messages(agent.agentId, 4)).includes('output of 3'), true, 'the other is as it was');
});

test('a fork of a fork finds the turns of all before it; a turn belongs to one transcript', async () => {
  const first = `${agent.epicId}.slugs.implement.2`;
  await keep(first, 3);
  assert.deepEqual(await find(3), { kind: 'found', transcript: first, turn: 3 });
  const second = await openFork('twice', first, 3);
  await takeTurn(second.agentId, 4);
  assert.deepEqual(await find(2), { kind: 'found', transcript: agent.agentId, turn: 2 });
  assert.match(
    await messages(second.agentId, 5),
    /output of 1.*output of 2.*keep the old format.*output of 3.*output of 4/,
  );
  const page = await readTranscript(database.db, { id: second.agentId, after: 0, limit: 10 });
  assert.deepEqual([page?.forkedFrom, page?.turns.map(({ turn }) => turn)], [{ id: first, turn: 3 }, [4]]);
});

test('a compacted transcript stays compacted in a fork, without thoughts that belong to the full one', async () => {
  const compactedOf = async (openedBy: string, atTurn: number) => {
    const { agentId } = await openFork(openedBy, agent.agentId, atTurn);
    return (await readModelInput(database.db, agentId, atTurn + 1))?.compactedBeforeTurn;
  };
  assert.equal(await compactedOf('whole', 2), 0);
  await compactTranscript(database.db, agent.agentId, 3);
  assert.equal(await compactedOf('later', 3), 3);
  assert.equal(await compactedOf('earlier', 1), 2);
});
