/** Every task queue of a worker process bounds the retries of what nobody knows to pass. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import type { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { withHeartbeat } from '../../activities/heartbeat.ts';
import { failure, passingFailure } from '../../clients/failures.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { loadConfig } from '../../config/config.ts';
import type { Database } from '../../db/connection.ts';
import { boundRetries } from '../../worker/bounded-retries.ts';
import { createWorkers, SERVABLE } from '../../worker/create-workers.ts';
import { required } from '../support/environment.ts';
import { startTemporal } from '../support/temporal.ts';

const temporal = await startTemporal();
after(() => temporal.stop());

type Workers = Awaited<ReturnType<typeof createWorkers>>;
type Around = NonNullable<NonNullable<Workers[number]['options']['interceptors']>['activity']>[number];

/** The error that a worker reports for an activity that fails with `error`; `before` is the heartbeat before. */
async function ending(around: readonly Around[], error: Error, before?: unknown) {
  const told: unknown[] = [];
  const info = { activityType: 'verify', heartbeatDetails: before, startToCloseTimeoutMs: 10_000 };
  const context = { info, heartbeat: (details: unknown) => told.push(details) } as unknown as Context;
  const next = () => Promise.reject(error);
  const first = around[0]?.(context).inbound?.execute;
  const ended: unknown = await first?.({ args: [], headers: {} }, next).catch((reason: unknown) => reason);
  return { nonRetryable: (ended as { nonRetryable?: boolean }).nonRetryable ?? false, told };
}

test('on each task queue: tried again first, final when it lasts, and from the start after what passes', async () => {
  const workers = await createWorkers({
    ...{ connection: temporal.connection, namespace: temporal.namespace, serve: SERVABLE },
    workflowBundle: { codePath: required('FACTORY_TEST_BUNDLE') },
    ...{ turnsPerSecond: 1, concurrency: 1, unknownForMs: 1_000 },
    interceptors: { activity: [() => ({})] },
    aroundSteps: () => ({}),
    dependencies: {
      // They are only made, never called.
      ...({ db: {}, model: {} } as { db: Database; model: Anthropic }),
      ...{ temporal: temporal.client, config: loadConfig({}), host: 'here', sandbox: NO_SANDBOX('of the test') },
    },
  });
  assert.equal(workers.length, 4);
  for (const worker of workers) {
    const around = worker.options.interceptors?.activity ?? [];
    const unknown = failure('GitFailed', 'never heard of');
    const first = await ending(around, unknown);
    assert.equal(first.nonRetryable, false);
    const [lasting] = first.told as [{ lasting: { about: string; since: number } }];
    const later = { lasting: { ...lasting.lasting, since: Date.now() - 1_000 } };
    assert.equal((await ending(around, unknown, later)).nonRetryable, true);
    const between = await ending(around, passingFailure('ForgeUnavailable', 'away'), later);
    assert.deepEqual(between, { nonRetryable: false, told: [undefined] });
    assert.equal((await ending(around, unknown, undefined)).nonRetryable, false);
  }
  // A worker must have run to be closed.
  await Promise.all(workers.map((worker) => worker.runUntil(Promise.resolve())));
});

/** An attempt that ends when it is told to, long after its time limit; returns its last heartbeat. */
async function overrun(activityType: string, limitMs: number, heartbeatDetails?: unknown): Promise<unknown> {
  const attempt = new MockActivityEnvironment({ activityType, startToCloseTimeoutMs: limitMs, heartbeatDetails });
  const cancelled = Promise.withResolvers<void>();
  let beats = 0;
  let last: unknown;
  attempt.on('heartbeat', (details: unknown) => {
    last = details;
    beats += 1;
    // One when it is late, one of its own.
    if (beats === 2) cancelled.resolve();
  });
  const { inbound } = boundRetries({ unknownForMs: 1_000 })(attempt.context);
  const work = () => withHeartbeat(() => cancelled.promise);
  await attempt.run(() => inbound?.execute?.({ args: [], headers: {} }, work) ?? Promise.reject(new Error('none')));
  return last;
}

test('an attempt that reaches its time limit tells the next, which ends when nothing else has come for long enough', async () => {
  const first = (await overrun('verify', 100)) as { lasting: { about: string; since: number } };
  assert.match(first.lasting.about, /verify does not end in time/);
  assert.deepEqual(await overrun('verify', 100, first), first, 'it lasts since the first');
  const later = { lasting: { ...first.lasting, since: Date.now() - 1_000 } };
  await assert.rejects(overrun('verify', 100, later), {
    nonRetryable: true,
    message: /does not end in time \(tried again/,
  });
  assert.equal(await overrun('recordTask', 100), undefined, 'nobody could be asked');
});
