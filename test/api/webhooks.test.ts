/** Deliveries that are refused: nothing of them reaches Temporal, and what the log says of them holds no secret. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { connect } from '../../db/connection.ts';
import { absentTemporal, createApi } from '../support/api.ts';
import { signed, WEBHOOK_SECRET } from '../support/linear/server.ts';

// Nothing here gets as far as PostgreSQL or Temporal: both are away, which would be a 503.
const db = connect('postgres://nobody@127.0.0.1:9/nothing');
const temporal = absentTemporal();
let lines: string[] = [];
const logTo = { write: (line: string) => void lines.push(line) };
const options = { logLevel: 'info', logTo, answerWithinMs: 300 };
const api = await createApi(db, temporal, { ...options, webhookSecrets: { linear: WEBHOOK_SECRET } });
const closed = await createApi(db, temporal, options);
after(() => Promise.all([api.close(), closed.close(), db.destroy()]));
beforeEach(() => {
  lines = [];
});

const EVENT = { type: 'Issue', action: 'update', data: { id: '0b0e7d4e', title: 'Do not tell' } };
const post = (body: string, headers: Readonly<Record<string, string>>, to = api) =>
  to.ask('POST', '/webhooks/linear', body, { ...headers, host: 'factory.example.org' });

/** One line, which says why, and neither what was sent nor what it was signed with. */
function assertLogged(reason: RegExp): void {
  const refused = lines.filter((line) => line.includes('A delivery was refused'));
  assert.equal(refused.length, 1, lines.join(''));
  assert.match(refused[0] ?? '', reason);
  assert.ok(lines.every((line) => !line.includes(WEBHOOK_SECRET) && !line.includes('Do not tell')));
}

test('a delivery that is signed with another secret, or not at all, is refused', async () => {
  const wrong = signed(EVENT, { secret: 'another' });
  const { status, body } = await post(wrong.body, wrong.headers);
  assert.deepEqual([status, body.error.code], [401, 'Unauthorized']);
  assertLogged(/LINEAR_WEBHOOK_SECRET/);
  for (const signature of ['', 'no hex', `${'0'.repeat(64)}`, `${wrong.headers['linear-signature']}00`]) {
    assert.equal((await post(wrong.body, { ...wrong.headers, 'linear-signature': signature })).status, 401, signature);
  }
  const { body: text, headers } = signed(EVENT);
  assert.equal((await post(`${text} `, headers)).status, 401);
});

test('an old delivery stays old, whatever its headers say', async () => {
  for (const ageMs of [61_000, 3_600_000, -61_000]) {
    lines = [];
    const old = signed(EVENT, { ageMs });
    const fresh = { 'linear-timestamp': String(Date.now()), 'linear-delivery': crypto.randomUUID() };
    assert.equal((await post(old.body, { ...old.headers, ...fresh })).status, 401, String(ageMs));
    assertLogged(/webhookTimestamp/);
  }
});

test('without a secret the route is closed, and says which variable opens it', async () => {
  const { body, headers } = signed(EVENT);
  const answer = await post(body, headers, closed);
  assert.deepEqual([answer.status, answer.body.error.code], [403, 'Unauthorized']);
  assert.match(answer.body.error.message, /LINEAR_WEBHOOK_SECRET/);
  assertLogged(/closed/);
});

test('more than 5 MB are not read, signed or not', async () => {
  const { body, headers } = signed({ ...EVENT, data: { id: 'x', title: 'x'.repeat(10_000_000) } });
  assert.equal((await post(body, headers)).status, 413);
  assertLogged(/too large/);
});

test('what is signed and no event is refused', async () => {
  for (const body of ['{"type":', 'null', '[]', '{"type":"Issue"}', '']) {
    const signature = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
    const { status } = await post(body, { 'linear-signature': signature });
    assert.equal(status, 400, body);
  }
});

test('an unknown kind of event, an issue without an id, and a comment on something else are ignored', async () => {
  for (const [event, status] of [
    [{ type: 'Cycle', action: 'create', data: { id: 'x' } }, 202],
    [{ type: 'Issue', action: 'create', data: { id: '../../etc' } }, 202],
    // Linear takes anything but 200 for a failed delivery.
    [{ type: 'Comment', action: 'create', data: { id: 'x', projectUpdateId: 'y' } }, 200],
  ] as const) {
    const { body, headers } = signed(event);
    const answer = await post(body, headers);
    assert.deepEqual([answer.status, answer.body.status], [status, 'ignored'], event.type);
  }
});

test('nothing but the webhooks is open to other host names', async () => {
  for (const url of ['/webhooks', '/webhooks/none', '/webhooks/../epics', '/epics']) {
    assert.equal((await api.ask('GET', url, undefined, { host: 'factory.example.org' })).status, 403, url);
  }
});
