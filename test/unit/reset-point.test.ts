/** Where an execution that cannot be replayed is reset to, on the history of an epic that got stuck. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import fc from 'fast-check';
import { resetPoint } from '../../api/reset-point.ts';

interface Event {
  readonly eventId: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

/**
 * Recorded at 6c2bc36: the worker process was restarted twice while the epic waited for its merge approval, before a pause
 * and before a resume. The workflow tasks that 249 and 254 complete made no commands; that of 257 applied the pause.
 */
const { history } = JSON.parse(readFileSync(join(import.meta.dirname, 'histories', 'epic-stuck.json'), 'utf8')) as {
  history: { events: Event[] };
};

const typed = (type: string, events = history.events) => events.filter(({ eventType }) => eventType.endsWith(type));
const pointOf = (events: readonly Event[]) =>
  resetPoint(historyFromJSON({ events: events.map((event) => structuredClone(event)) }));

/** The history up to an event, and then a failed workflow task that says so. */
function failedAfter(eventId: number, message: string, cause = 'NON_DETERMINISTIC_ERROR'): Event[] {
  const failed: Event = {
    eventId: String(eventId + 1),
    eventType: 'EVENT_TYPE_WORKFLOW_TASK_FAILED',
    workflowTaskFailedEventAttributes: { cause: `WORKFLOW_TASK_FAILED_CAUSE_${cause}`, failure: { message } },
  };
  return [...history.events.slice(0, eventId), failed];
}

test('a stuck epic goes back to before the pause and the empty workflow tasks before it; the pause comes again', () => {
  const point = pointOf(history.events);
  assert.equal(point?.eventId, 249);
  assert.match(point?.failure ?? '', /TMPRL1100.*id: 259, WorkflowExecutionUpdateCompleted/);
  const at = history.events[257]?.eventTime as string;
  assert.deepEqual(point?.messages, [{ kind: 'update', name: 'pause', by: 'me', at: `${at.slice(0, 23)}Z` }]);
});

test('a history that fits, or whose workflow task failed otherwise, is not reset', () => {
  assert.equal(pointOf(history.events.slice(0, 265)), undefined);
  assert.equal(pointOf(failedAfter(257, 'oops', 'WORKFLOW_WORKER_UNHANDLED_FAILURE')), undefined);
  const [completed] = typed('WORKFLOW_TASK_COMPLETED');
  const goesOn = { ...completed, eventId: '271', eventType: 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED' };
  assert.equal(pointOf([...history.events, goesOn]), undefined);
});

test('without the name of an event it is the task of the newest update, and without updates the newest task', () => {
  assert.equal(pointOf(failedAfter(265, 'Activity type does not match'))?.eventId, 249);
  const before = failedAfter(222, 'Activity type does not match').filter(
    (event) => !typed('UPDATE_ACCEPTED').includes(event),
  );
  const newest = typed('WORKFLOW_TASK_COMPLETED', before).at(-1);
  assert.equal(pointOf(before)?.eventId, Number(newest?.eventId));
});

test('a change of the very first command starts the execution over', () => {
  const message = 'Timer machine does not handle this event: HistoryEvent(id: 5, ActivityTaskScheduled)';
  const point = pointOf(failedAfter(60, message));
  assert.equal(point?.eventId, 4);
  assert.ok(point?.messages.every(({ kind }) => kind === 'signal'));
});

test('an update that an earlier reset admitted comes again once', () => {
  const accepted = history.events[257]?.workflowExecutionUpdateAcceptedEventAttributes;
  const admitted: Event = {
    ...{ eventId: '255', eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED' },
    workflowExecutionUpdateAdmittedEventAttributes: {
      request: (accepted as { readonly acceptedRequest: unknown }).acceptedRequest,
    },
  };
  const events = history.events.map((event) => (event.eventId === '255' ? admitted : event));
  assert.deepEqual(
    pointOf(events)?.messages.map(({ name }) => name),
    ['pause'],
  );
});

test('whatever event does not fit, the point is a workflow task before it whose own predecessor made commands', () => {
  const fitting =
    historyFromJSON({ events: history.events.slice(0, 265).map((event) => structuredClone(event)) }).events ?? [];
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 265 }), (misfit) => {
      const [failed] =
        historyFromJSON({ events: failedAfter(265, `HistoryEvent(id: ${misfit}, Any)`).slice(-1) }).events ?? [];
      const { eventId = 0 } = resetPoint({ events: [...fitting, ...(failed === undefined ? [] : [failed])] }) ?? {};
      const tasks = typed('WORKFLOW_TASK_COMPLETED').map((event) => Number(event.eventId));
      assert.ok(eventId < misfit && tasks.includes(eventId));
      const before = tasks.filter((id) => id < eventId).at(-1);
      const next = history.events.find((event) => before !== undefined && Number(event.eventId) === before + 1);
      assert.ok(
        before === undefined || !/WORKFLOW_TASK_SCHEDULED|SIGNALED|ACTIVITY_TASK_STARTED/.test(next?.eventType ?? ''),
      );
    }),
  );
});
