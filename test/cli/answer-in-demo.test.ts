/** Which questions the demo answers by itself, and which it leaves to a person. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { answer, isForPerson } from '../../cli/answer-in-demo.ts';
import { createApi } from '../../cli/api.ts';
import { createOutput } from '../../cli/output.ts';
import { aRequest } from '../support/api-answers.ts';
import { startStubApi } from '../support/cli.ts';

const done = () => ({ body: { status: 'done', changed: true, message: 'paused' } });

/** What the demo does with a question: answers it, leaves it open, or ends. */
async function inDemo(
  fields: Parameters<typeof aRequest>[0],
  { typed, ...options }: { typed?: string; yes?: boolean },
) {
  const stub = await startStubApi(done);
  const written: string[] = [];
  const stdout = { write: (text: string) => void written.push(text), ...(typed === undefined ? {} : { isTTY: true }) };
  const out = createOutput({ stdout, stderr: stdout }, { json: false });
  const stdin = typed === undefined ? {} : { stdin: Object.assign(Readable.from([typed]), { isTTY: true }) };
  const access = async () => ({ apiUrl: stub.url, apiToken: undefined });
  const context = { access, config: () => Promise.reject(new Error('unused')), out, stdout, ...stdin };
  const failed = await answer(
    createApi(context),
    context,
    { ...options, factory: 'BACKEND_PORT=3005 bin/factory' },
    aRequest(fields),
  ).then(
    () => undefined,
    (error: Error) => error,
  );
  await stub.stop();
  const [sent] = stub.requests;
  const decision = (sent?.body as { decision?: string } | undefined)?.decision;
  return { decision, failed, shown: written.join('') };
}

test('the demo approves the merge by itself, and nothing else', async () => {
  assert.equal((await inDemo({}, {})).decision, 'approve');
  assert.equal((await inDemo({}, { yes: true, typed: 'n\n' })).decision, 'approve');
  assert.equal((await inDemo({}, { typed: '\n' })).decision, 'approve');
  assert.equal((await inDemo({}, { typed: 'n\n' })).decision, 'reject');
  for (const kind of ['protected-paths', 'weakened-tests', 'plan'] as const) {
    for (const yes of [true, false]) {
      const { decision, failed } = await inDemo({ kind }, { yes });
      assert.equal(decision, undefined, kind);
      assert.ok(failed !== undefined && isForPerson(failed));
      assert.match(
        failed.message,
        new RegExp(`nobody can be asked[\\s\\S]*${kind}: Merge[\\s\\S]*    BACKEND_PORT=3005 bin/factory approve shop`),
      );
      assert.equal((await inDemo({ kind }, { yes, typed: '\n' })).decision, undefined, 'No unless somebody says yes');
      assert.equal((await inDemo({ kind }, { yes, typed: 'y\n' })).decision, 'approve');
    }
  }
  const failedTask = { kind: 'failed-task', options: ['retry', 'skip'] } as const;
  assert.ok(isForPerson((await inDemo({ ...failedTask, options: ['retry', 'skip'] }, {})).failed));
  const open = await inDemo({ ...failedTask, options: ['retry', 'skip'] }, { typed: 'y\n' });
  assert.deepEqual([open.decision, open.failed], [undefined, undefined]);
});
