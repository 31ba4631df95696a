/** The order of a record and the work that takes it along. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { sql } from 'kysely';
import { writeCarriedRecords } from '../../worker/write-carried-records.ts';
import { type CarriedRecord, RECORD_HEADER } from '../../workflows/contract/carried-record.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createRecording } from '../support/recording.ts';
import { agentView } from '../support/views.ts';

const { db, drop } = await createRecording();
after(drop);

const carried = (id: string): CarriedRecord => ({
  name: 'recordAgent',
  record: { view: agentView(id, 1), chain: 'chain', decisions: [] },
});

/** Runs an activity of this name with a record of this agent; `work` is all that it does. */
const run = (activityType: string, agent: string, work: () => Promise<unknown>): Promise<unknown> =>
  new MockActivityEnvironment({ activityType, workflowExecution: { workflowId: `agent-${agent}`, runId: 'run' } }).run(
    async () => {
      const headers = { [RECORD_HEADER]: defaultPayloadConverter.toPayload(carried(agent)) };
      const execute = writeCarriedRecords(db)(Context.current()).inbound?.execute;
      return execute?.({ args: [], headers }, work);
    },
  );

const isWritten = async (agent: string) =>
  (await db.selectFrom('agents').select('id').where('id', '=', agent).execute()).length > 0;

const isRecordFailed = (error: unknown) =>
  error instanceof ApplicationFailure && error.type === 'RecordFailed' && error.nonRetryable !== true;

async function whileAway(work: () => Promise<void>): Promise<void> {
  await sql`alter table agents rename to agents_away`.execute(db);
  await work().finally(() => sql`alter table agents_away rename to agents`.execute(db));
}

test('a record is written before the work begins', async () => {
  const result = await run('bash', 'a.b.implement.1', () => isWritten('a.b.implement.1'));
  assert.equal(result, true);
});

test('work does not begin without its record', async () => {
  const did: string[] = [];
  await whileAway(() =>
    assert.rejects(
      run('bash', 'a.b.implement.2', async () => did.push('bash')),
      isRecordFailed,
    ),
  );
  assert.deepEqual(did, []);
});

test('clean-up is done without its record, and then tried again for that', async () => {
  for (const name of ['releaseHost', 'releaseAdmission', 'settleAgent']) {
    const did: string[] = [];
    const again = () => run(name, `a.b.${name}.1`, async () => did.push(name));
    await whileAway(() => assert.rejects(again(), isRecordFailed));
    assert.deepEqual(did, [name]);
    await again();
    assert.ok(await isWritten(`a.b.${name}.1`));
  }
});
