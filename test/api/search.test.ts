/** Search: by what people remember, and no character of it is a pattern. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { openRecordedApi } from '../support/recorded-api.ts';

const { api, close, db } = await openRecordedApi();
after(close);

before(async () => {
  await sql`insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase,
    started_at, source_id)
    select 'e' || n, 'epic-e' || n, 'r', 1, 1, 'Epic number ' || n, '', 0, 'IN_PROGRESS', '',
      '2026-01-01'::timestamptz + make_interval(mins => n), 'ENG-' || n from generate_series(1, 30) n`.execute(db);
  await sql`update epics set title = 'Save 100%_of \\ "it"' where id = 'e3'`.execute(db);
  await sql`insert into tasks (epic_id, key, position, title, description, acceptance, state, phase, workflow_id, branch)
    values ('e1', 'slugs', 1, 'Make Slugs', '', '[]', 'PENDING', '', 'w', 'factory/e1/slugs')`.execute(db);
  await sql`insert into agents (id, epic_id, task_key, role, purpose, attempt, model, state, phase, turn, workflow_id, run_id,
    generation, version, started_at)
    values ('e1.slugs.implement.1', 'e1', 'slugs', 'WORKER', 'implement', 1, 'm', 'BUSY', '', 1, 'w', 'r', 1, 1, now())`.execute(
    db,
  );
  await sql`insert into pull_requests (repository, number, epic_id, task_key, url, title, head, base, head_sha, state)
    values ('shop', 12, 'e1', 'slugs', 'u', 'Slugs for all', 'factory/e1/slugs', 'main', 'a', 'open'),
      ('shop', 112, 'e2', null, 'u', 'Other', 'factory/e2/epic', 'main', 'a', 'merged')`.execute(db);
});

type Row = Record<string, string>;
async function find(q: string) {
  const { status, body } = await api.ask('GET', `/search?q=${encodeURIComponent(q)}`);
  assert.equal(status, 200, q);
  return {
    epics: body.epics.map(({ id }: Row) => id),
    tasks: body.tasks.map(({ id }: Row) => id),
    agents: body.agents.map(({ id }: Row) => id),
    pullRequests: body.pullRequests.map(({ number }: Row) => number),
  };
}

test('each kind is found by title, id, key, branch and number, whatever the case', async () => {
  const slugs = { epics: [], tasks: ['e1.slugs'], agents: ['e1.slugs.implement.1'], pullRequests: [12] };
  assert.deepEqual(await find('SLUGS'), slugs);
  assert.deepEqual((await find('e1.slugs')).tasks, ['e1.slugs']);
  assert.deepEqual((await find('factory/e1/slugs')).tasks, ['e1.slugs']);
  assert.deepEqual((await find('#12')).pullRequests, [12]);
  assert.deepEqual((await find('factory/e2')).pullRequests, [112]);
  assert.deepEqual((await find('eng-7')).epics, ['e7']);
  assert.deepEqual((await find('make  e1')).tasks, ['e1.slugs'], 'every word, in any order');
});

test('the newest come first, at most 20 of a kind', async () => {
  const { epics } = await find('epic number');
  assert.deepEqual((await api.ask('GET', '/search?q=epic')).body.more, ['epics']);
  assert.deepEqual((await api.ask('GET', '/search?q=epic+number+1')).body.more, []);
  assert.deepEqual([epics.length, epics[0], epics.at(-1)], [20, 'e30', 'e11']);
});

test('wildcards are text', async () => {
  for (const q of ['100%', '%_of', '\\', '"it"']) assert.deepEqual((await find(q)).epics, ['e3'], q);
  for (const q of ['%%', 'e_0', "'; drop table epics; --"]) assert.deepEqual((await find(q)).epics, [], q);
  assert.equal((await api.ask('GET', '/search?q=%20')).status, 400);
  assert.equal((await api.ask('GET', '/search')).status, 400);
  assert.equal((await api.ask('GET', '/search?q=%00')).status, 200);
});
