/** Who is answered, and how mistakes are told: Host, Origin, JSON, validation, and what hides the inside. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from '../../db/connection.ts';
import { absentTemporal, createApi, type TestApi } from '../support/api.ts';

// Nothing here gets as far as PostgreSQL or Temporal, and where it does they are away.
const db = connect('postgres://nobody@127.0.0.1:9/nothing');
const temporal = absentTemporal();
let api: TestApi;
before(async () => {
  api = await createApi(db, temporal, { allowedHosts: ['factory.example.org'], answerWithinMs: 300 });
});
after(() => Promise.all([api.close(), db.destroy()]));

const live = (headers: Record<string, string>) => api.ask('GET', '/health/live', undefined, headers);

test('loopback names and ALLOWED_HOSTS are answered, every other host name is refused', async () => {
  for (const host of ['localhost', 'localhost:3001', '127.0.0.1:3001', '[::1]:3001', 'factory.example.org:80']) {
    assert.equal((await live({ host })).status, 200, host);
  }
  for (const host of ['evil.example', 'localhost.evil.example', 'evil.example:3001', '127.0.0.1.evil.example', '?']) {
    const { status, body } = await live({ host });
    assert.deepEqual([status, body.error?.code], [403, 'Unauthorized'], host);
    assert.match(body.error.message, /ALLOWED_HOSTS/);
  }
});

test('a page from elsewhere may not even read', async () => {
  assert.equal((await live({ origin: 'http://localhost:3000' })).status, 200);
  assert.equal((await live({ origin: 'https://factory.example.org' })).status, 200);
  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
    assert.equal((await live({ origin })).status, 403, origin);
  }
});

test('a write without JSON is refused, so that no form of another page can start agents', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
    const { status, body } = await api.ask('POST', '/epics', '{"title":"x"}', { 'content-type': type });
    assert.deepEqual([status, body.error.code], [415, 'InvalidInput'], type);
  }
  const bare = await api.ask('POST', '/epics/abc/pause', undefined, { 'content-type': '' });
  assert.deepEqual([bare.status, bare.body.error.code], [415, 'InvalidInput']);
});

test('every wrong field is named with its remedy, at once', async () => {
  const { status, body } = await api.ask('POST', '/epics', {
    priority: 9,
    tasks: [
      { key: 'a', title: 'A', dependsOn: ['b'] },
      { key: 'b', title: 'B', dependsOn: ['a'] },
    ],
  });
  assert.equal(status, 400);
  assert.equal(body.error.code, 'InvalidInput');
  assert.match(body.error.message, /title: give the epic a title/);
  assert.deepEqual(body.error.details.map((detail: { field: string }) => detail.field).sort(), [
    'priority',
    'tasks',
    'title',
  ]);
  assert.match(body.error.message, /wait for each other: a, b/);
});

test('broken JSON, unknown paths and ids that cannot be have the one error shape', async () => {
  const broken = await api.ask('POST', '/epics', '{"title":');
  assert.deepEqual([broken.status, broken.body.error.code], [400, 'InvalidInput']);
  const unknown = await api.ask('GET', '/nothing?x=1');
  assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'NotFound']);
  assert.match(unknown.body.error.message, /GET \/nothing;/);
  const task = await api.ask('GET', '/tasks/no-dot');
  assert.deepEqual([task.status, task.body.error.code], [400, 'InvalidInput']);
  assert.match(task.body.error.message, /<epic>.<task>/);
});

test('a field that nobody knows is refused by name, in every body and query', async () => {
  const task = { key: 'a', title: 'A', acceptence: ['misspelled'] };
  const bodies: [url: string, body: object, words: RegExp][] = [
    ['/epics', { title: 'x', desription: 'y' }, /"desription"/],
    ['/epics', { title: 'x', tasks: [task] }, /tasks\.0.*"acceptence"/],
    ['/epics', { title: 'x', source: { tracker: 'linear', id: 'A-1', link: 'z' } }, /source.*"link"/],
    ['/epics/abc/pause', { comments: 'z' }, /"comments"/],
    ['/epics/abc/cancel', { reason: 'z' }, /"reason"/],
    ['/epics/abc/respond', { requestId: 'r', decision: 'approve', headSHA: 'z' }, /"headSHA"/],
    ['/epics/abc/tasks', { task, force: true }, /"force"/],
    ['/tasks/abc.a/retry', { hint: 'z' }, /"hint"/],
    ['/tasks/abc.a/rewind', { turn: 1, taskKey: 'b' }, /"taskKey"/],
  ];
  for (const [url, body, words] of bodies) {
    const answer = await api.ask('POST', url, body);
    assert.deepEqual([answer.status, answer.body.error?.code], [400, 'InvalidInput'], url);
    assert.match(answer.body.error.message, words);
  }
  for (const url of ['/epics?stat=BLOCKED', '/human-requests?epics=abc', '/epics/abc/log?from=1']) {
    assert.equal((await api.ask('GET', url)).status, 400, url);
  }
});

test('a method that a path does not have, and an address that is too long, have the one error shape', async () => {
  const other = await api.ask('DELETE', '/epics');
  assert.deepEqual(
    [other.status, other.body.error.code, other.headers.allow],
    [405, 'InvalidInput', 'GET, HEAD, POST'],
  );
  const page = await api.ask('DELETE', '/epics', undefined, { 'content-type': '' });
  assert.equal(page.status, 405);
  for (const method of ['TRACE', 'QUERY'] as const) {
    const without = await api.ask(method, '/epics', undefined, { 'content-type': '' });
    assert.equal(without.status, 405, method);
  }
  const longId = await api.ask('GET', `/epics/${'a'.repeat(300)}`);
  assert.deepEqual([longId.status, longId.body.error.details?.[0]?.field], [400, 'id']);
  const long = await api.ask('GET', `/epics/${'a'.repeat(3_000)}`);
  assert.deepEqual([long.status, long.body.error.code], [414, 'InvalidInput']);
  const turn = await api.ask('GET', '/agents/abc.epic.plan.1/transcript?after=9007199254740990');
  assert.deepEqual([turn.status, turn.body.error.details?.[0]?.field], [400, 'after'], 'no turn has such a number');
  const broken = await api.ask('GET', '/epics/%zz');
  assert.deepEqual([broken.status, broken.body.error.code], [400, 'InvalidInput']);
  // The longest id that there can be is none of them; PostgreSQL is away.
  const agent = `${'e'.repeat(60)}.${'t'.repeat(40)}.implement.100`;
  assert.equal((await api.ask('GET', `/agents/${agent}/transcript`)).status, 503);
});

test('a number in a query is its digits, and nothing that only can be read as one', async () => {
  for (const given of ['', '%20', '0x10', '1e1', '1.5', 'true', '[]']) {
    for (const path of [
      `/epics?limit=${given}`,
      `/epics/none/log?after=${given}`,
      `/epics/none/diff?pullRequest=${given}`,
    ]) {
      const { status, body } = await api.ask('GET', path);
      assert.deepEqual([status, body.error.code], [400, 'InvalidInput'], path);
    }
  }
  assert.equal((await api.ask('GET', '/epics?limit=10')).status, 503, 'PostgreSQL is away');
});

test('what is away is named, and nothing of the inside is told', async () => {
  const epics = await api.ask('GET', '/epics');
  assert.deepEqual([epics.status, epics.body.error.code], [503, 'Unavailable']);
  assert.match(epics.body.error.message, /^PostgreSQL does not answer/);
  const submitted = await api.ask('POST', '/epics', { title: 'An epic' });
  assert.deepEqual([submitted.status, submitted.body.error.code], [503, 'Unavailable']);
  assert.match(submitted.body.error.message, /^Temporal does not answer; .* "Idempotency-Key: an-epic-[0-9a-f]{6}"/);
  assert.doesNotMatch(JSON.stringify([epics.body, submitted.body]), /127\.0\.0\.1|ECONN|nobody/);
});

test('a message that cannot be stored is refused', async () => {
  const { status, body } = await api.ask('POST', '/epics/abc/pause');
  assert.deepEqual([status, body.error.code], [503, 'Unavailable']);
});

test('health says which part is missing', async () => {
  const { status, body } = await api.ask('GET', '/health');
  assert.equal(status, 503);
  assert.equal(body.ready, false);
  assert.deepEqual(Object.keys(body.dependencies), [
    'postgres',
    'temporal',
    'queue factory',
    'queue model',
    'queue hosts',
  ]);
  assert.equal(body.dependencies.postgres.message, 'PostgreSQL does not answer');
  assert.equal((await live({})).status, 200);
});

test('the documentation is served', async () => {
  const { status, body } = await api.ask('GET', '/docs/json');
  assert.equal(status, 200);
  assert.equal(body.openapi.startsWith('3.'), true);
  assert.ok(body.paths['/epics/{id}/respond'].post.summary);
  assert.equal((await api.ask('GET', '/docs/')).status, 200);
});
