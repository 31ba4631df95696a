/** Which commands a history has events for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaveTrace } from '../../workflows/history.ts';

const start = (seq: number) => ({ startTimer: { seq } });
const cancel = (seq: number) => ({ cancelTimer: { seq } });

test('what begins and ends in one activation, a refusal and the answer to a query leave none', () => {
  for (const commands of [
    [],
    [start(1), cancel(1)],
    [{ scheduleActivity: { seq: 1 } }, { requestCancelActivity: { seq: 1 } }],
    [{ startChildWorkflowExecution: { seq: 2 } }, { cancelChildWorkflowExecution: { childWorkflowSeq: 2 } }],
    [{ updateResponse: { rejected: {} } }, { respondToQuery: {} }],
  ]) {
    assert.equal(leaveTrace(commands), false, JSON.stringify(commands));
  }
});

test('all others do', () => {
  for (const commands of [
    [start(1)],
    [cancel(1)],
    [start(2), cancel(1)],
    [start(1), cancel(1), { scheduleActivity: { seq: 1 } }],
    [{ updateResponse: { accepted: {} } }],
    [{ continueAsNewWorkflowExecution: {} }],
  ]) {
    assert.equal(leaveTrace(commands), true, JSON.stringify(commands));
  }
});
