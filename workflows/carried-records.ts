/**
 * Carried records: an activity that is scheduled in the same activation takes the record along in its header, and the
 * worker process writes it before that activity begins (worker/write-carried-records.ts). It saves an activity, its
 * events and the workflow task that its end would start. Of several activities the first takes it.
 */
import {
  ActivityFailure,
  type ActivityInput,
  ApplicationFailure,
  defaultPayloadConverter,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import type { FactoryActivities, HostActivities, HostsActivities } from '../activities/index.ts';
import { type CarriedRecord, CLEANS_UP, RECORD_HEADER } from './contract/carried-record.ts';
import type { FailureName } from './contract/failures.ts';

type Payload = ReturnType<typeof defaultPayloadConverter.toPayload>;

/** An activity that takes a record along. */
export interface Carrier {
  /** False when the record is too large, and then it is not carried. */
  readonly load: (record: CarriedRecord) => boolean;
  /** Whether the record was written, once the activity has ended. */
  readonly written: Promise<boolean>;
}

/**
 * Those that wait for somebody to take them or must work while PostgreSQL is away: what they carried would be told late
 * or never. The receipt of a message carries nothing, since an update does nothing else when it comes (handlers.ts).
 */
const EMPTY_HANDED: ReadonlySet<string> = new Set([
  'recordEpic',
  'recordTask',
  'recordAgent',
  'receiveMessage',
  'claimHost',
  'hostStatus',
  'requestAdmission',
  'askTurn',
  'leaveTurn',
  'escalate',
  'requestCancel',
  'endCommands',
  'removeWorktree',
] satisfies (keyof FactoryActivities | keyof HostsActivities | keyof HostActivities)[]);

/** Larger records are activities of their own: an activity's input and header share one limit. */
const LARGEST_CARRIED = 256 * 1_024;

// Each workflow has its own copy of this module.
const waiting: { readonly seq: number; readonly carrier: Carrier }[] = [];
const loads = new Map<number, Payload>();
const listeners: (() => void)[] = [];

/** An activity of this activation that carries nothing yet. */
export const takeCarrier = (): Carrier | undefined => waiting.shift()?.carrier;

/** Calls `listener` for each activity that could carry a record, since the record may be older than this activation. */
export const onCarrier = (listener: () => void): void => void listeners.push(listener);

/** Bundled with the workflows (worker/bundle.ts). */
export function interceptors(): WorkflowInterceptors {
  return {
    outbound: [
      {
        scheduleActivity(input, next) {
          const result = next(input);
          if (mayCarry(input)) offer(input, result);
          return result;
        },
      },
    ],
    internals: [
      {
        concludeActivation({ commands }, next) {
          for (const { scheduleActivity } of commands) {
            const load = loads.get(scheduleActivity?.seq ?? -1);
            if (load !== undefined && scheduleActivity)
              scheduleActivity.headers = { ...scheduleActivity.headers, [RECORD_HEADER]: load };
          }
          waiting.length = 0;
          loads.clear();
          return next({ commands });
        },
      },
    ],
  };
}

const mayCarry = ({ activityType, options }: ActivityInput): boolean =>
  !EMPTY_HANDED.has(activityType) && options.scheduleToCloseTimeout === undefined;

function offer({ seq, activityType }: ActivityInput, result: Promise<unknown>): void {
  const written = result.then(
    () => true,
    (error: unknown) => {
      // One that is cancelled at once makes no command.
      const index = waiting.findIndex((other) => other.seq === seq);
      if (index >= 0) waiting.splice(index, 1);
      return wasWritten(activityType, error);
    },
  );
  const load = (record: CarriedRecord): boolean => {
    const payload = defaultPayloadConverter.toPayload(record);
    if ((payload.data?.length ?? 0) > LARGEST_CARRIED) return false;
    loads.set(seq, payload);
    return true;
  };
  waiting.push({ seq, carrier: { load, written } });
  for (const listener of listeners) listener();
}

/**
 * An activity that failed by its own words has begun, so its record stands, unless it begins without; of time-outs and
 * cancellations nobody knows.
 */
function wasWritten(activityType: string, error: unknown): boolean {
  if (CLEANS_UP.has(activityType)) return false;
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return false;
  const untold: FailureName = 'RecordFailed';
  return error.cause.type !== untold;
}
