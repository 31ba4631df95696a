/** GET /agents/:id/live: an answer as it is written, for each follower from where it is, replaced by what is stored. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { draftEvents } from '../../api/draft-events.ts';
import { type DraftBlock, removeDraft, writeDraft } from '../../db/writes/drafts.ts';
import { openAgent } from '../support/agent.ts';
import { type Follower, follow } from '../support/event-stream.ts';
import { openEventsServer, startEventsServer } from '../support/events-server.ts';
import { heldStream, sayingScenario } from '../support/held-stream.ts';
import { waitFor } from '../support/wait-for.ts';

const { close, database, server } = await openEventsServer();
const agents: { close(): Promise<void> }[] = [];
after(async () => {
  await Promise.all(agents.map((agent) => agent.close()));
  await close();
});

async function agentWith(options: Parameters<typeof openAgent>[1]) {
  const agent = await openAgent(database.db, options);
  agents.push(agent);
  return agent;
}

const liveOf = (id: string) => follow({ url: server.url.replace('/events', `/agents/${encodeURIComponent(id)}/live`) });
const text = (words: string, offset = 0, index = 0): DraftBlock => ({ index, kind: 'text', offset, text: words });

interface Data {
  readonly turn: number;
  readonly call: number;
  readonly blocks: readonly DraftBlock[];
}
const heard = ({ events }: Follower) => events.map(({ event, data }) => ({ event, ...(JSON.parse(data) as Data) }));

/** What a reader holds that puts each part where it belongs. */
function joined(follower: Follower): string {
  let said = '';
  for (const { blocks = [] } of heard(follower)) {
    for (const block of blocks) {
      if (block.kind !== 'text') continue;
      assert.ok(block.offset <= said.length, 'a gap');
      said = said.slice(0, block.offset) + block.text;
    }
  }
  return said;
}

test('an answer streams while it is written, to whoever comes late too, and is replaced by the stored one', async () => {
  const said = 'First I look at how titles are written, then I make slugs of them. '.repeat(20).trim();
  let parts = 0;
  const held = heldStream(({ delta }) => JSON.stringify(delta ?? '').includes('"text_delta"') && ++parts % 20 === 0);
  const agent = await agentWith({ pace: held.pace, scenario: sayingScenario(said) });
  const first = liveOf(agent.agentId);
  const turn = agent.process({ draftEveryMs: 20 }).turn();
  await waitFor(() => joined(first).length > 300);
  held.release();
  held.hold();
  await waitFor(() => joined(first).length > 700);
  const late = liveOf(agent.agentId);
  await waitFor(() => joined(late) === joined(first));
  const sent = heard(first)
    .flatMap(({ blocks = [] }) => blocks)
    .flatMap((block) => (block.kind === 'text' ? block.text : []));
  assert.equal(sent.join(''), joined(first), 'only what was added is sent');
  assert.ok(sent.length > 1);
  assert.equal(heard(late).length, 1, 'one event has all of it');
  held.release();
  await turn;
  await Promise.all([first.next('stored'), late.next('stored')]);
  assert.ok(said.startsWith(joined(first)));
  assert.deepEqual(heard(first).at(-1), { event: 'stored', turn: 1 });
  const reloaded = liveOf(agent.agentId);
  const next = { transcript: agent.agentId, turn: 2, call: 1 };
  await writeDraft(database.db, next, [text('And now ')]);
  await reloaded.next('draft');
  assert.deepEqual(heard(reloaded), [{ event: 'draft', turn: 2, call: 1, blocks: [text('And now ')] }]);
  await removeDraft(database.db, next);
  await reloaded.next('dropped');
  assert.deepEqual((await agent.turns()).length, 1);
  await Promise.all([first.end(), late.end(), reloaded.end()]);
});

test('a draft that its process left is not shown, and those who follow it are told', async () => {
  const agent = await agentWith({});
  const stream = liveOf(agent.agentId);
  await writeDraft(database.db, { transcript: agent.agentId, turn: 1, call: 1 }, [text('I begin ')]);
  await stream.next('draft');
  await sql`update drafts set updated_at = now() - interval '1 minute' where transcript = ${agent.agentId}`.execute(
    database.db,
  );
  await stream.next('dropped');
  await stream.end();
});

test('writers of drafts learn which agents are followed, and an unknown agent has no stream', async () => {
  const agent = await agentWith({});
  const stream = liveOf(agent.agentId);
  const call = { transcript: agent.agentId, turn: 1, call: 1 };
  await waitFor(() => writeDraft(database.db, call, [text('I begin ')]));
  await stream.end();
  const refused = await server.app.inject('/agents/nobody/live');
  assert.equal(refused.statusCode, 404);
  assert.match(refused.body, /There is no agent \\"nobody\\"/);
});

test('streams stay while PostgreSQL is away, and an API that stops ends them', async () => {
  const agent = await agentWith({});
  const own = await startEventsServer(database);
  const stream = follow({ url: own.url.replace('/events', `/agents/${agent.agentId}/live`) });
  const call = { transcript: agent.agentId, turn: 1, call: 1 };
  await writeDraft(database.db, call, [text('I begin ')]);
  await stream.next('draft');
  await sql`alter table drafts rename to drafts_away`.execute(database.db);
  await waitFor(() => own.hasLogged('Drafts of answers cannot be read'));
  await sql`alter table drafts_away rename to drafts`.execute(database.db);
  await waitFor(() => own.hasLogged('Drafts of answers can be read again'));
  await writeDraft(database.db, call, [text('I begin to see ')]);
  await waitFor(() => joined(stream) === 'I begin to see ');
  await own.app.close();
  assert.equal(await stream.ended, undefined);
});

test('each event says where its parts belong, what is gone, and which call it is of', () => {
  const draft = (call: number, ...blocks: DraftBlock[]) => ({ turn: 3, call, blocks });
  const bash = (characters: number): DraftBlock => ({ index: 1, kind: 'call', name: 'bash', characters });
  const events = (
    ...[given, next, stored = 2]: [Parameters<typeof draftEvents>[0], Parameters<typeof draftEvents>[1], number?]
  ) => draftEvents(given, next, stored).map(({ event, data }) => [event, data]);
  const first = draft(1, text('I look'));
  assert.deepEqual(events(undefined, undefined), []);
  assert.deepEqual(events(undefined, first), [['draft', first]]);
  assert.deepEqual(events(first, first), []);
  assert.deepEqual(events(first, draft(1, text('I look at'), bash(5))), [['draft', draft(1, text(' at', 6), bash(5))]]);
  assert.deepEqual(events(draft(1, bash(5)), draft(1, bash(9))), [['draft', draft(1, bash(9))]]);
  assert.deepEqual(events(first, draft(1, text('gone on', 100))), [['draft', draft(1, text('gone on', 100))]]);
  assert.deepEqual(events(first, draft(1, text('ok at it', 4))), [['draft', draft(1, text(' at it', 6))]]);
  assert.deepEqual(events(first, draft(1)), [['draft', draft(1)]], 'a thought that may not be seen any more');
  assert.deepEqual(events(first, draft(2, text('Again'))), [['draft', draft(2, text('Again'))]]);
  assert.deepEqual(events(first, undefined), [['dropped', { turn: 3 }]]);
  assert.deepEqual(events(first, undefined, 3), [['stored', { turn: 3 }]]);
  const next = { turn: 4, call: 1, blocks: [] };
  assert.deepEqual(events(first, next, 3), [
    ['stored', { turn: 3 }],
    ['draft', next],
  ]);
});
