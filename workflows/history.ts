/**
 * How long this run's history is, measured so that a replay comes to the same at the same place.
 *
 * `workflowInfo()` alone would not do. An update that its validator refuses makes a workflow task that history forgets,
 * and a worker without cache joins workflow tasks that made no commands: whoever decides there by the length of that
 * moment makes commands that no replay makes again. So the length is taken from workflow tasks that made commands,
 * which are never joined or forgotten, and is used from the next event on.
 */
import {
  defaultPayloadConverter,
  type WorkflowInterceptors,
  type WorkflowInternalsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';

export interface HistoryLength {
  readonly events: number;
  readonly bytes: number;
  /** The server suggests to continue as new. */
  readonly isSuggested: boolean;
}

type Activation = Parameters<NonNullable<WorkflowInternalsInterceptor['activate']>>[0]['activation'];
type Job = NonNullable<Activation['jobs']>[number];
type Command = Parameters<NonNullable<WorkflowInternalsInterceptor['concludeActivation']>>[0]['commands'][number];

/** After so many messages that led to no command one is made that does nothing, so that they are measured too. */
const MESSAGES_UNMEASURED = 20;
/** Removes a memo that is not there. */
const NOTHING_TO_DO: Command = {
  modifyWorkflowProperties: { upsertedMemo: { fields: { measured: defaultPayloadConverter.toPayload(null) } } },
};

const UNKNOWN: HistoryLength = { events: 0, bytes: 0, isSuggested: false };
// Each workflow has its own copy of this module.
const known = { atLastCommands: UNKNOWN, now: UNKNOWN, unmeasured: 0, isBundled: false };

/** As it was when this run last made a command. */
export function historyLength(): HistoryLength {
  if (!known.isBundled) throw new Error('The workflows were bundled without the interceptors of history.ts');
  return known.now;
}

/** Keeps account; bundled with the workflows (worker/bundle.ts). */
export function interceptors(): WorkflowInterceptors {
  known.isBundled = true;
  return {
    internals: [
      {
        activate(input, next) {
          const events = (input.activation.jobs ?? []).filter(hasEvent).length;
          if (events > 0) known.now = known.atLastCommands;
          known.unmeasured += events;
          next(input);
        },
        concludeActivation({ commands }, next) {
          const isMeasured = leaveTrace(commands);
          const isDue = !isMeasured && known.unmeasured >= MESSAGES_UNMEASURED;
          if (isMeasured || isDue) measure();
          return next({ commands: isDue ? [...commands, NOTHING_TO_DO] : commands });
        },
      },
    ],
  };
}

function measure(): void {
  const { historyLength: events, historySize: bytes, continueAsNewSuggested: isSuggested } = workflowInfo();
  known.atLastCommands = { events, bytes, isSuggested };
  known.unmeasured = 0;
}

/** An update has one only if it is accepted, which makes a command. */
const hasEvent = (job: Job): boolean =>
  (job.doUpdate ?? job.queryWorkflow ?? job.removeFromCache ?? undefined) === undefined;

/** Whether history has an event for one of them; what begins and ends in the same activation is never sent. */
export function leaveTrace(commands: readonly Command[]): boolean {
  const begun = new Set(commands.flatMap((command) => beginning(command) ?? []));
  const ended = new Set(commands.flatMap((command) => ending(command) ?? []));
  return commands.some((command) => {
    const [begins, ends] = [beginning(command), ending(command)];
    if (begins !== undefined) return !ended.has(begins);
    if (ends !== undefined) return !begun.has(ends);
    return !command.respondToQuery && !command.updateResponse?.rejected && !command.cancelSignalWorkflow;
  });
}

function beginning(command: Command): string | undefined {
  const { startTimer, scheduleActivity, startChildWorkflowExecution: child } = command;
  if (startTimer) return `timer ${startTimer.seq}`;
  if (scheduleActivity) return `activity ${scheduleActivity.seq}`;
  return child ? `child ${child.seq}` : undefined;
}

function ending(command: Command): string | undefined {
  const { cancelTimer, requestCancelActivity, cancelChildWorkflowExecution: child } = command;
  if (cancelTimer) return `timer ${cancelTimer.seq}`;
  if (requestCancelActivity) return `activity ${requestCancelActivity.seq}`;
  return child ? `child ${child.childWorkflowSeq}` : undefined;
}
