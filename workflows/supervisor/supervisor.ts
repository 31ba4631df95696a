/** The one supervisor: admits epics and settles what they escalate. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  type SignalDefinition,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { admittedSignal, settledSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import {
  Escalate,
  escalateSignal,
  ReleaseAdmission,
  RequestAdmission,
  releaseAdmissionSignal,
  requestAdmissionSignal,
  type Settlement,
  type SupervisorCarry,
  supervisorStatusQuery,
} from '../contract/supervisor.ts';
import { createHandlers } from '../handlers.ts';
import { admit, adopt, enqueue, release, type SupervisorData, settle } from './state.ts';

/**
 * Admits at most the configured number of epics at once, FIFO within priority, and answers escalations by fixed rules.
 * Survives termination: its first act lists the open epics, so that the limit holds. Continues as new for ever.
 * Messages: signals `requestAdmission`, `releaseAdmission`, `escalate`, each idempotent; query `status`.
 */
export async function supervisorWorkflow(input?: SupervisorCarry): Promise<void> {
  // Anybody can start it by hand with anything; only our own former run is believed.
  const carry = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : input;
  const data: SupervisorData = { admitted: [...(carry?.admitted ?? [])], waiting: [...(carry?.waiting ?? [])] };
  const outbox: (() => void)[] = [];
  let sending = 0;
  let limit = 0;
  let changes = 0;
  const handlers = createHandlers((line) => log.warn(line));
  handlers.onQuery(supervisorStatusQuery, () => ({ ...data, limit }));
  handlers.onSignal(requestAdmissionSignal, RequestAdmission, (request) => {
    changes += 1;
    // Before the first act has listed the open epics nobody is admitted.
    if (limit > 0) limit = request.limit ?? limit;
    if (enqueue(data, request)) outbox.push(() => send(request.epicId, admittedSignal, {}));
  });
  handlers.onSignal(releaseAdmissionSignal, ReleaseAdmission, ({ epicId }) => {
    changes += 1;
    release(data, epicId);
  });
  handlers.onSignal(escalateSignal, Escalate, (escalation) => {
    changes += 1;
    const settlement: Settlement = settle(escalation);
    outbox.push(() => send(escalation.epicId, settledSignal, settlement));
  });
  handlers.ignoreOthers();

  const open = await factory.listOpenEpics('the open epics and the limit', {});
  limit = open.limit;
  if (carry === undefined) adopt(data, open.admitted);
  for (;;) {
    for (const epicId of admit(data, limit)) send(epicId, admittedSignal, {});
    for (const deliver of outbox.splice(0)) deliver();
    tell(data, limit);
    const before = changes;
    // What is still being sent would be lost with this run.
    const isLong = () => workflowInfo().continueAsNewSuggested && sending === 0;
    await condition(() => changes !== before || isLong());
    if (isLong() && changes === before) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof supervisorWorkflow>(data);
    }
  }

  /** An epic that closed meanwhile needs no answer. */
  function send<Message>(epicId: string, signal: SignalDefinition<[unknown?]>, message: Message): void {
    sending += 1;
    getExternalWorkflowHandle(epicWorkflowId(epicId))
      .signal(signal, message)
      .catch(() => log.info(`${signal.name} met a closed epic`, { epicId }))
      .finally(() => {
        sending -= 1;
      });
  }
}

function tell({ admitted, waiting }: SupervisorData, limit: number): void {
  const lines = waiting.map(({ epicId, priority }) => `| ${epicId} | ${priority} |`);
  const table = lines.length === 0 ? '' : `\n\n| waits | priority |\n|---|---|\n${lines.join('\n')}`;
  setCurrentDetails(`${admitted.length} of ${limit} epics admitted: ${admitted.join(', ') || 'none'}${table}`);
}
