/** The delivery of messages says once of each that it cannot be delivered, however often it is tried, and when it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, Connection, ServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { sql } from 'kysely';
import { createCourier } from '../../api/courier.ts';
import { nextMessage } from '../../db/reads/messages.ts';
import { settleMessage, storeMessage } from '../../db/writes/messages.ts';
import { createDatabase } from '../support/database.ts';

/** What Temporal answers of a run, as far as the client asks for it. */
const infoOf = (status: number) => ({
  ...{ execution: { workflowId: 'epic-late', runId: 'run' }, type: { name: 'epicWorkflow' }, status },
  ...{ historyLength: { toNumber: () => 9 }, startTime: { nanos: 0 } },
});
/** By Temporal's numbers of a run's status. */
const [RUNNING, TERMINATED] = [1, 5];

/** It throws these at one update after the other; `status` is that of the epic's newest run. */
const failing = (errors: readonly Error[], status = RUNNING): Client => {
  const left = [...errors];
  const startUpdate = () => Promise.reject(left.shift());
  const describe = async () => ({ workflowExecutionInfo: infoOf(status) }) as never;
  return new Client({
    // Port 9 (discard) refuses connections wherever tests run; nothing is sent.
    connection: Connection.lazy({ address: '127.0.0.1:9', connectTimeout: 500 }),
    interceptors: { workflow: [{ startUpdate, describe }] },
  });
};

/** What becomes of a message, and what is logged. */
async function send(temporal: Client) {
  const database = await createDatabase();
  const lines: string[] = [];
  const note = (...logged: unknown[]) => {
    lines.push(String(logged[1]));
  };
  const courier = createCourier({ db: database.db, temporal, answerWithinMs: 500, log: { error: note, info: note } });
  const message = { epicId: 'late', id: 'one', name: 'pause', input: {} };
  const outcome = await courier.send(message, { withinMs: 20_000, isKeyed: false });
  await courier.stop();
  await database.drop();
  return { outcome, lines };
}

const failed = (type: string) => new WorkflowUpdateFailedError('x', ApplicationFailure.nonRetryable('not now', type));
const REFUSED = { kind: 'refused', code: 'TaskEnded', message: 'not now' };

test('a refusal has the name of what was refused, or of what went wrong on the way', async () => {
  const database = await createDatabase();
  const failures = [
    [ApplicationFailure.nonRetryable('no disk', 'DiskFull'), 'DiskFull'],
    [new CancelledFailure('cancelled'), 'EpicEnded'],
    [ApplicationFailure.nonRetryable('of another version', 'NeverHeardOf'), 'Internal'],
    [new Error('no failure at all'), 'Internal'],
    [ApplicationFailure.nonRetryable('of an earlier version', 'NotAllowedNow'), 'NotAllowedNow'],
  ] as const;
  const beneath = (cause: Error) =>
    new WorkflowUpdateFailedError(
      'x',
      new ActivityFailure('Activity task failed', 'setBudget', '1', 'IN_PROGRESS', 'me', cause),
    );
  const courier = createCourier({
    ...{ db: database.db, temporal: failing(failures.map(([cause]) => beneath(cause))), answerWithinMs: 500 },
    log: { error: () => {}, info: () => {} },
  });
  for (const [index, [cause, code]] of failures.entries()) {
    const message = { epicId: 'refusing', id: `${index}`, name: 'pause', input: {} };
    const outcome = await courier.send(message, { withinMs: 20_000, isKeyed: false });
    const words = code === 'Internal' && !('type' in cause) ? 'Activity task failed' : cause.message;
    assert.deepEqual(outcome, { kind: 'refused', code, message: words });
  }
  await courier.stop();
  await database.drop();
});

test('a refused message about a missing task or request stays with its refusal; one to an unknown epic leaves nothing', async () => {
  const { db, drop } = await createDatabase();
  await sql`insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase,
    started_at, updated_at) values ('known', 'epic-known', 'r', 1, 1, 'T', '', 0, 'IN_PROGRESS', 'p', now(), now())`.execute(
    db,
  );
  const temporal = failing([failed('NotFound'), failed('NotFound')]);
  const courier = createCourier({ db, temporal, answerWithinMs: 500, log: { error: () => {}, info: () => {} } });
  const refused = { kind: 'refused', code: 'NotFound', message: 'not now' };
  for (const epicId of ['known', 'never']) {
    const message = { epicId, id: 'one', name: 'retryTask', input: { taskKey: 'none', by: 'ann' } };
    assert.deepEqual(await courier.send(message, { withinMs: 20_000, isKeyed: false }), refused);
  }
  await courier.stop();
  const messages = await db.selectFrom('messages').select(['epic_id', 'outcome']).execute();
  const log = await db.selectFrom('decision_log').select(['epic_id', 'actor', 'decision']).execute();
  await drop();
  assert.deepEqual(messages, [{ epic_id: 'known', outcome: refused }]);
  assert.deepEqual(log, [{ epic_id: 'known', actor: 'ann', decision: 'refused retryTask: NotFound' }]);
});

test('a message that cannot be delivered for a while is a line in the log, and one more when it ends', async () => {
  const timedOut = new Error('9 FAILED_PRECONDITION: unexpected workflow task time-out');
  const { outcome, lines } = await send(failing([timedOut, timedOut, failed('TaskEnded')]));
  assert.deepEqual(outcome, REFUSED);
  assert.deepEqual(lines, [
    'A message could not be delivered yet; it is sent until it can be',
    'The message is delivered now',
  ]);
});

test('a message whose run was reset or continued meanwhile goes to the next run, and to none of an epic that ended', async () => {
  const over = () => [
    new WorkflowNotFoundError('workflow update was aborted by closing workflow', 'epic-late', undefined),
    failed('AcceptedUpdateCompletedWorkflow'),
    failed('TaskEnded'),
  ];
  assert.deepEqual(await send(failing(over())), { outcome: REFUSED, lines: [] });
  const { outcome } = await send(failing(over().slice(1), TERMINATED));
  assert.deepEqual(outcome && 'code' in outcome && outcome.code, 'EpicEnded');
});

test('a message that Temporal will never take is refused, and holds up no other', async () => {
  const cause = Object.assign(new Error('3 INVALID_ARGUMENT: UpdateId length exceeds limit.'), {
    ...{ code: 3, details: 'UpdateId length exceeds limit.', metadata: {} },
  });
  const { outcome, lines } = await send(failing([new ServiceError('Workflow update failed', { cause })]));
  const message = 'Temporal does not take it: UpdateId length exceeds limit.';
  assert.deepEqual([outcome, lines], [{ kind: 'refused', code: 'InvalidInput', message }, []]);
});

test('a refused message that is sent again comes after what was sent since; one that waits keeps its place', async () => {
  const { db, drop } = await createDatabase();
  const store = (id: string) => storeMessage(db, { epicId: 'queue', id, name: id, input: {} });
  const next = async () => (await nextMessage(db, 'queue'))?.id;
  await store('skip');
  await settleMessage(db, 'queue', 'skip', { kind: 'refused', code: 'TaskRunning', message: 'cancel it first' });
  for (const id of ['cancel', 'skip', 'cancel']) await store(id);
  assert.equal(await next(), 'cancel');
  await settleMessage(db, 'queue', 'cancel', { kind: 'applied', changed: true, message: 'cancelled' });
  assert.equal(await next(), 'skip');
  await drop();
});
