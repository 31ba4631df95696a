/** The one supervisor: admits epics and settles what they escalate. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  patched,
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
  type SupervisorCarry,
  supervisorStatusQuery,
} from '../contract/supervisor.ts';
import { createHandlers } from '../handlers.ts';
import { isLong } from '../run-end.ts';
import { admit, adopt, enqueue, release, type SupervisorData, settle } from './state.ts';

type Message = NonNullable<SupervisorCarry['outbox']>[number];

/**
 * Admits at most the configured number of epics at once, FIFO within priority, and answers escalations by fixed rules.
 * Survives termination: its first act lists the open epics, so that the limit holds. Continues as new for ever.
 * Messages: signals `requestAdmission`, `releaseAdmission`, `escalate`, each idempotent; query `status`.
 */
export async function supervisorWorkflow(input?: SupervisorCarry): Promise<void> {
  // Anybody can start it by hand with anything; only our own former run is believed.
  const carry = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : input;
  const data: SupervisorData = { admitted: [...(carry?.admitted ?? [])], waiting: [...(carry?.waiting ?? [])] };
  const outbox: Message[] = [...(carry?.outbox ?? [])];
  let sending = 0;
  let limit = 0;
  let reported: number | undefined;
  let changes = 0;
  const isOver = (): boolean => sending === 0 && isLong();
  const handlers = createHandlers(() => {});
  handlers.onQuery(supervisorStatusQuery, () => ({ ...data, limit }));
  handlers.onSignal(requestAdmissionSignal, RequestAdmission, (request) => {
    changes += 1;
    reported = request.limit ?? reported;
    // Before the first act has listed the open epics nobody is admitted.
    if (limit > 0) limit = request.limit ?? limit;
    if (enqueue(data, request)) outbox.push({ epicId: request.epicId });
  });
  handlers.onSignal(releaseAdmissionSignal, ReleaseAdmission, ({ epicId }) => {
    changes += 1;
    release(data, epicId);
  });
  handlers.onSignal(escalateSignal, Escalate, (escalation) => {
    changes += 1;
    outbox.push({ epicId: escalation.epicId, settlement: settle(escalation) });
  });
  handlers.ignoreOthers();

  const open = await factory.listOpenEpics('the open epics and the limit', {});
  // Runs from before forgot a limit that was reported before the list, which depends on how history is cut.
  limit = (patched('reported-limit') ? reported : undefined) ?? open.limit;
  if (carry === undefined) adopt(data, open.admitted);
  for (;;) {
    outbox.push(...admit(data, limit).map((epicId) => ({ epicId })));
    // A run that is to end sends nothing more: what is still being sent would be lost with it, the outbox is not.
    if (!isLong()) for (const message of outbox.splice(0)) send(message);
    showStanding(data, limit);
    if (isOver()) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof supervisorWorkflow>({ ...data, outbox });
    }
    const before = changes;
    await condition(() => changes !== before || isOver());
  }

  /** The settlement, or the admission. An epic that closed meanwhile needs neither. */
  function send({ epicId, settlement }: Message): void {
    const epic = getExternalWorkflowHandle(epicWorkflowId(epicId));
    const sent = settlement === undefined ? epic.signal(admittedSignal, {}) : epic.signal(settledSignal, settlement);
    sending += 1;
    sent
      .catch(() => log.info('The supervisor met a closed epic', { epicId }))
      .finally(() => {
        sending -= 1;
      });
  }
}

function showStanding({ admitted, waiting }: SupervisorData, limit: number): void {
  const lines = waiting.slice(0, MOST_SHOWN).map(({ epicId, priority }) => `| ${epicId} | ${priority} |`);
  const table =
    lines.length === 0 ? '' : `\n\n${waiting.length} wait\n\n| waits | priority |\n|---|---|\n${lines.join('\n')}`;
  const names = admitted.slice(0, MOST_SHOWN).join(', ') || 'none';
  setCurrentDetails(`${admitted.length} of ${limit} epics admitted: ${names}${table}`);
}

const MOST_SHOWN = 50;
