/** The recording of an epic over HTTP: what it holds is what was asked, whatever happened in the transcript. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { buildMessages } from '../../activities/agent/transcript.ts';
import { storedWithoutSecrets } from '../../activities/secrets/redact.ts';
import { readModelInput } from '../../db/reads/model-input.ts';
import { writePin } from '../../db/writes/pins.ts';
import { createPlayback, type Departure } from '../../local/model/playback.ts';
import { readRequest } from '../../local/model/request.ts';
import { Recording } from '../../workflows/contract/recording.ts';
import { COMPACT_NOTE } from '../../workflows/contract/transcript.ts';
import { absentTemporal, createApi, type TestApi } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { MADE_UP } from '../support/made-up-secrets.ts';

let database: TestDatabase;
let api: TestApi;

const BASE = 'a'.repeat(40);
const AGENT = 'shop.one.implement.1';
const WORKTREE = '/srv/state/hosts/vm/worktrees/shop/one';
const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + second * 1_000).toISOString();
const [SECRET = ''] = MADE_UP.map(([, value]) => value);
const PROMPT = { system: 'You are an engineer. Ask ann@shop.dev.', tools: [{ type: 'bash_20250124', name: 'bash' }] };
const MODEL = { model: 'claude-opus-5-5', maxTokens: 1_000 };

/** An answer each turn, with the outputs of its calls. */
const TURNS = [
  { content: [call('a', { command: `cd ${WORKTREE} && env` })], output: 'ok', stop: 'tool_use' },
  { content: [thought('Hm.'), call('b', { command: 'cat big' })], output: 'x'.repeat(40_000), stop: 'tool_use' },
  { content: [words('Too long.')], stop: 'model_context_window_exceeded' },
  { content: [thought('And now?'), words(' '), call('c', { command: 'ls' })], output: '', stop: 'tool_use' },
  { content: [words('Done.')], stop: 'end_turn' },
] as const;

function call(id: string, input: unknown) {
  return { type: 'tool_use', id, name: 'bash', input };
}
function thought(thinking: string) {
  return { type: 'thinking', thinking, signature: 'real' };
}
function words(text: string) {
  return { type: 'text', text, citations: null };
}

before(async () => {
  database = await createDatabase();
  const { db } = database;
  api = await createApi(db, absentTemporal(), { buildMessages, clean: storedWithoutSecrets });
  const promptHash = await writePin(db, 'agent', JSON.stringify(PROMPT));
  const settings = {
    ...{ repository: 'work', baseBranch: 'main', budgetMicroUsd: 5_000_000, concurrency: 1, approvals: ['merge'] },
    ...{ limits: { attempts: 5, rounds: 3, turns: 100 }, policy: {}, policyHash: '', baseSha: BASE },
    agents: Object.fromEntries(['plan', 'implement', 'review'].map((purpose) => [purpose, { ...MODEL, promptHash }])),
  };
  for (const id of ['shop', 'new']) {
    await sql`insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase,
      started_at, updated_at, repository, settings) values (${id}, ${`epic-${id}`}, 'r', 1, 1, 'T', '', 0, 'IN_PROGRESS',
      'p', ${at(0)}, ${at(0)}, 'work', ${JSON.stringify(settings)}::jsonb)`.execute(db);
  }
  await sql`insert into tasks (epic_id, key, position, title, description, acceptance, workflow_id, state, phase,
    updated_at, worktree) values ('shop', 'one', 0, 'One', '', '[]', 'w', 'IN_PROGRESS', 'p', ${at(0)}, ${WORKTREE})`.execute(
    db,
  );
  await sql`insert into transcripts (id, epic_id, task_key, purpose, attempt, opened_by, compacted_before_turn)
    values (${AGENT}, 'shop', 'one', 'implement', 1, 'x', 4)`.execute(db);
  const opening = `<round kind="implement" epic="shop" task="one" attempt="1">\nIn ${WORKTREE}, by Ann Lee <ann@shop.dev>, with ${SECRET}.\n</round>`;
  for (const [turn, kind, body] of [
    [1, 'implement', opening],
    [4, 'note', 'Look again.'],
  ] as const) {
    await sql`insert into briefs (transcript, turn, kind, body) values (${AGENT}, ${turn}, ${kind}, ${body})`.execute(
      db,
    );
  }
  for (const [index, turn] of TURNS.entries()) {
    const number = index + 1;
    await sql`insert into agent_turns (transcript, turn, model, message_id, content, stop_reason, usage, cost_microusd,
      started_at, finished_at) values (${AGENT}, ${number}, 'm', 'i', ${JSON.stringify(turn.content)}::json, ${turn.stop},
      '{"input_tokens": 7}', 1, ${at(number)}, ${at(number + 0.5)})`.execute(db);
    for (const block of turn.content) {
      if (!('id' in block) || !('output' in turn)) continue;
      await sql`insert into tool_calls (transcript, turn, tool_use_id, position, name, input, output, is_error)
        values (${AGENT}, ${number}, ${block.id as string}, 0, 'bash', '{}', ${turn.output}, false)`.execute(db);
    }
  }
});
after(async () => {
  await api.close();
  await database.drop();
});

async function recorded(): Promise<Recording> {
  const { status, body } = await api.ask('GET', '/epics/shop/recording');
  assert.equal(status, 200, JSON.stringify(body));
  return Recording.parse(body);
}

test('the request of each turn is the recorded one, compaction and cut outputs included', async () => {
  const recording = await recorded();
  const departures: Departure[] = [];
  const playback = createPlayback(recording, { onDeparture: (departure) => void departures.push(departure) });
  const { db } = database;
  for (const [index] of TURNS.entries()) {
    const stored = await readModelInput(db, AGENT, index + 1);
    assert.ok(stored !== undefined);
    const rows = { ...stored, compactedBeforeTurn: index < 3 ? 0 : 4 };
    const request = {
      model: MODEL.model,
      max_tokens: MODEL.maxTokens,
      ...PROMPT,
      messages: buildMessages(rows, index + 1),
    };
    // The API takes a secret out of what it sends; the model has never seen one either.
    const { turn } = await playback.answer(readRequest(storedWithoutSecrets(JSON.stringify(request))));
    assert.equal(turn.turn, index + 1);
    assert.deepEqual(departures, []);
  }
  assert.ok(recording.agents[0]?.turns[3]?.conversation !== undefined);
});

test('a turn whose request was refused as too long is compacted in the recording, and refused once when it is played', async () => {
  const { db } = database;
  const stopTurn3 = (reason: string) =>
    sql`update agent_turns set stop_reason = ${reason} where transcript = ${AGENT} and turn = 3`.execute(db);
  const noteOf4 = (body: string) =>
    sql`update briefs set body = ${body} where transcript = ${AGENT} and turn = 4`.execute(db);
  const compactedBefore = (turn: number) =>
    sql`update transcripts set compacted_before_turn = ${turn} where id = ${AGENT}`.execute(db);
  const marks = async () =>
    (await recorded()).agents[0]?.turns.map(({ conversation, refusedFirst }) => [
      conversation !== undefined,
      refusedFirst,
    ]);
  const whole = [false, undefined];
  assert.deepEqual(await marks(), [whole, whole, whole, [true, undefined], whole]);
  await stopTurn3('end_turn');
  await noteOf4(COMPACT_NOTE);
  assert.deepEqual(await marks(), [whole, whole, whole, [true, true], whole]);
  await compactedBefore(5);
  assert.deepEqual(await marks(), [whole, whole, whole, [true, true], [true, true]]);
  await compactedBefore(4);

  const departures: Departure[] = [];
  const onDeparture = (departure: Departure) => void departures.push(departure);
  const playback = createPlayback(await recorded(), { onDeparture });
  const ask = async (turn: number, compactedBeforeTurn: number) => {
    const stored = await readModelInput(db, AGENT, turn);
    assert.ok(stored !== undefined);
    const isNoted = compactedBeforeTurn === turn;
    const briefs = stored.briefs.filter(({ body }) => body !== COMPACT_NOTE || isNoted);
    const messages = buildMessages({ ...stored, briefs, compactedBeforeTurn }, turn);
    const request = { model: MODEL.model, max_tokens: MODEL.maxTokens, ...PROMPT, messages };
    return playback.answer(readRequest(storedWithoutSecrets(JSON.stringify(request))));
  };
  for (const turn of [1, 2, 3]) await ask(turn, 0);
  await assert.rejects(ask(4, 0), { status: 413 });
  assert.equal((await ask(4, 4)).turn.turn, 4);
  assert.deepEqual(departures, []);
  await assert.rejects(ask(4, 0), { status: 400 }, 'it is refused as too long only once');
  await noteOf4('Look again.');
  assert.deepEqual((await marks())?.[3], [true, true], 'by the mark of the transcript, too');
  await stopTurn3('model_context_window_exceeded');
});

test('nobody, no secret, no folder and no signature is in it', async () => {
  const text = JSON.stringify(await recorded());
  for (const gone of ['shop.dev', 'Ann Lee', SECRET, '/srv/state', '"real"']) assert.ok(!text.includes(gone), gone);
  assert.match(text, /person-1 <person-1@example\.com>/);
  assert.match(text, /\{\{factory\.worktrees\}\}\/shop\/one/);
});

test('it ends with what a person did to a task, since no replay does it again', async () => {
  const { db } = database;
  await sql`insert into messages (id, epic_id, name, input, sent_at) values
    ('m1', 'shop', 'pause', '{}', ${at(1)}), ('m2', 'shop', 'rewindTask', '{"taskKey": "one"}', ${at(3)})`.execute(db);
  const { agents, cutAt } = await recorded();
  assert.deepEqual(cutAt, { message: 'rewindTask', taskKey: 'one', atMs: 3_000 });
  assert.deepEqual(
    agents[0]?.turns.map(({ turn }) => turn),
    [1, 2],
  );
  await sql`delete from messages`.execute(db);
  for (const [epic, changed] of [
    ['shop', false],
    ['new', true],
  ]) {
    const outcome = JSON.stringify({ kind: 'applied', changed, message: 'interrupted' });
    await sql`insert into messages (id, epic_id, name, input, sent_at, settled_at, outcome) values
      ('m3', ${epic}, 'interrupt', '{}', ${at(1)}, ${at(1)}, ${outcome}::jsonb)`.execute(db);
  }
  assert.equal((await recorded()).cutAt, null);
  await sql`delete from messages`.execute(db);
  for (const name of ['interrupt', 'interruptTask']) {
    await sql`insert into messages (id, epic_id, name, input, sent_at) values ('m3', 'shop', ${name}, '{}', ${at(2)})`.execute(
      db,
    );
    assert.equal((await recorded()).cutAt?.message, name);
    await sql`delete from messages`.execute(db);
  }
});

test('an approval that changed the plan has the plan, without caps of its tasks', async () => {
  const { db } = database;
  const task = { key: 'one', title: 'One', description: '', acceptance: [], dependsOn: [] };
  const respond = { requestId: 'r1', decision: 'approve', by: 'ann' };
  const changed = { ...respond, plan: { revision: 1, tasks: [{ ...task, budgetUsd: 3 }] } };
  await sql`insert into messages (id, epic_id, name, input, sent_at) values
    ('p1', 'shop', 'respond', ${JSON.stringify(changed)}::jsonb, ${at(1)})`.execute(db);
  for (const [id, kind] of [
    ['r1', 'plan'],
    ['r2', 'merge'],
  ]) {
    await sql`insert into human_requests (epic_id, request_id, kind, question, options, state, answer, asked_at, closed_at)
      values ('shop', ${id}, ${kind}, '?', '[]', 'answered', '{"decision": "approve", "by": "ann"}', ${at(1)}, ${at(2)})`.execute(
      db,
    );
  }
  const { answers, cutAt } = await recorded();
  assert.deepEqual(answers.map(({ kind, plan }) => [kind, plan]).toSorted(), [
    ['merge', undefined],
    ['plan', { revision: 1, tasks: [task] }],
  ]);
  assert.equal(cutAt, null);
  await sql`delete from human_requests`.execute(db);
  await sql`delete from messages`.execute(db);
});

test('its budget is the highest that it was given, and nobody is asked to raise it', async () => {
  const { db } = database;
  await sql`insert into messages (id, epic_id, name, input, sent_at) values
    ('b1', 'shop', 'raiseBudget', '{"capUsd": 20, "by": "ann"}', ${at(1)}),
    ('b2', 'shop', 'raiseBudget', '{"capUsd": 8, "by": "ann"}', ${at(2)})`.execute(db);
  assert.equal((await recorded()).epic.budgetUsd, 20);
  await sql`delete from messages`.execute(db);
  await sql`insert into human_requests (epic_id, request_id, kind, question, options, state, answer, asked_at, closed_at)
    values ('shop', 'r1', 'budget', 'More?', '[]', 'answered',
      '{"decision": "raise", "answer": "12", "by": "ann"}', ${at(1)}, ${at(2)})`.execute(db);
  const { epic, answers } = await recorded();
  assert.equal(epic.budgetUsd, 12);
  assert.deepEqual(answers, []);
  await sql`delete from human_requests`.execute(db);
  assert.equal((await recorded()).epic.budgetUsd, 5);
});

test('an epic that nobody knows, or whose agents have not answered, is refused with the reason', async () => {
  const unknown = await api.ask('GET', '/epics/none/recording');
  assert.equal(unknown.status, 404);
  const early = await api.ask('GET', '/epics/new/recording');
  assert.equal(early.status, 409);
  assert.match(early.body.error.message, /No agent of "new" has taken a turn yet/);
});
