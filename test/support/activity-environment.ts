/**
 * The context of an activity, as the SDK's own testing package makes it. That one loads workers, bundler and test server
 * with it, a third of a second of CPU in each of a hundred test files.
 */
import { EventEmitter } from 'node:events';
import type { ActivityFunction, Context, Info } from '@temporalio/activity';
import {
  ActivityCancellationDetails,
  defaultFailureConverter,
  defaultPayloadConverter,
  noopMetricMeter,
} from '@temporalio/common';
import { LoggerWithComposedMetadata } from '@temporalio/common/lib/logger.js';
import { Activity, type CancelReason } from '@temporalio/worker/lib/activity.js';

const INFO: Omit<Info, 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs'> = {
  ...{ activityId: '1', activityType: 'unknown', attempt: 1, isLocal: false, inWorkflow: true, taskQueue: 'test' },
  ...{ taskToken: Buffer.from('test'), base64TaskToken: Buffer.from('test').toString('base64') },
  ...{ namespace: 'test', activityNamespace: 'default', workflowNamespace: 'default', workflowType: 'test' },
  workflowExecution: { workflowId: 'test', runId: '00000000-0000-0000-0000-000000000000' },
  ...{ startToCloseTimeoutMs: 1_000, scheduleToCloseTimeoutMs: 1_000 },
  heartbeatDetails: undefined,
};

/** Failures that a test wants are no news. */
const quiet = () => {};
const LOGGER = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: console.error };

/** One for each activity that a test runs: once cancelled, it stays so. Emits `heartbeat` with its details. */
export class MockActivityEnvironment extends EventEmitter {
  readonly context: Context;
  readonly #activity: Activity;

  constructor(info: Partial<Info> = {}) {
    super();
    const now = Date.now();
    const all: Info = { ...INFO, scheduledTimestampMs: now, currentAttemptScheduledTimestampMs: now, ...info };
    const converter = {
      payloadConverter: defaultPayloadConverter,
      failureConverter: defaultFailureConverter,
      payloadCodecs: [],
    };
    this.#activity = new Activity(
      all,
      undefined,
      converter,
      {
        ...{ type: 'activity', namespace: all.activityNamespace, isLocal: all.isLocal },
        ...{ activityId: all.activityId, workflowId: all.workflowExecution?.workflowId },
      } as ConstructorParameters<typeof Activity>[3],
      undefined,
      (details) => void this.emit('heartbeat', details),
      undefined,
      LoggerWithComposedMetadata.compose(LOGGER, {}),
      noopMetricMeter,
      [],
    );
    this.context = this.#activity.context;
  }

  cancel(reason: CancelReason = 'CANCELLED'): void {
    this.#activity.cancel(reason, new ActivityCancellationDetails({ cancelRequested: true }));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the SDK has it
  run<P extends any[], R, F extends ActivityFunction<P, R>>(activity: F, ...args: P): Promise<R> {
    return this.#activity.runNoEncoding(activity, { args, headers: {} }) as Promise<R>;
  }
}
