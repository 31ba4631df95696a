/** What people, tasks and the supervisor say to an epic, and when it is refused. */
import { z } from 'zod';
import { factory } from '../activities.ts';
import {
  type Acknowledgement,
  AddTask,
  AskPerson,
  addTaskUpdate,
  admittedSignal,
  approveSignal,
  askLaneSignal,
  askPersonSignal,
  cancelTaskUpdate,
  doneLaneSignal,
  LaneMessage,
  Person,
  pauseSignal,
  pauseUpdate,
  RaiseBudget,
  Response,
  raiseBudgetUpdate,
  rejectSignal,
  respondUpdate,
  resumeSignal,
  resumeUpdate,
  retryTaskUpdate,
  settledSignal,
  skipTaskUpdate,
  statusQuery,
  TaskMessage,
  Verdict,
  WithdrawRequest,
  withdrawRequestSignal,
} from '../contract/epic.ts';
import { planProblems } from '../contract/plan.ts';
import { type Settlement, Settlement as SettlementSchema } from '../contract/supervisor.ts';
import { createHandlers, refuse } from '../handlers.ts';
import type { Epic } from './context.ts';
import { isEnded, isRunning, isWaiting } from './graph.ts';
import { askLane, leaveLane } from './lane.ts';
import { isAboutFailed, matchVerdict, openRequests, responseProblem, withdraw } from './requests.ts';
import { findTask, isSingle, newTask } from './state.ts';

const done = (message: string): Acknowledgement => ({ changed: true, message });
const already = (message: string): Acknowledgement => ({ changed: false, message });

/** Registers every handler; call before the workflow's first await. */
export function registerMessages(epic: Epic) {
  const { data } = epic;
  const settlements = new Map<string, Settlement>();
  const cancelledTasks = new Set<string>();
  const handlers = createHandlers((line) => epic.decide('factory', 'refusal', line, 'it could not be read'));
  const { onSignal, onUpdate, onQuery } = handlers;

  onQuery(statusQuery, epic.view);

  onSignal(approveSignal, Verdict, (verdict) => judge('approve', verdict));
  onSignal(rejectSignal, Verdict, (verdict) => judge('reject', verdict));

  function judge(decision: 'approve' | 'reject', verdict: z.output<typeof Verdict>): void {
    const match = matchVerdict(data.requests, verdict);
    if ('mismatch' in match) {
      epic.decide(verdict.by, 'refusal', `${decision} changed nothing`, match.mismatch);
      return;
    }
    const { requestId } = match.request;
    const { by, comment, headSha } = verdict;
    void epic.settle({
      requestId,
      decision,
      by,
      ...(comment === undefined ? {} : { comment }),
      ...(headSha === undefined ? {} : { headSha }),
    });
  }

  onUpdate(
    respondUpdate,
    Response,
    (response) => {
      const problem = responseProblem(data.requests, response);
      if (problem !== undefined) refuse(problem.type, problem.message);
      const request = data.requests.find(({ requestId }) => requestId === response.requestId);
      if (request?.kind === 'budget' && response.decision === 'raise') capOf(response);
    },
    async (response) => {
      const request = data.requests.find(({ requestId }) => requestId === response.requestId);
      if (request?.state !== 'open') return already('answered before');
      if (request.kind === 'budget' && response.decision === 'raise') {
        return raiseBudget(capOf(response), response.by);
      }
      const { answer, comment, headSha, ...rest } = response;
      await epic.settle({
        ...rest,
        ...(answer === undefined ? {} : { answer }),
        ...(comment === undefined ? {} : { comment }),
        ...(headSha === undefined ? {} : { headSha }),
      });
      if (request.taskKey !== undefined && isAboutFailed(request) && response.decision !== 'cancel') {
        applyDecision(epic, request.taskKey, response.decision, answer ?? comment);
      }
      return done(`${request.kind}: ${response.decision}`);
    },
  );

  onUpdate(
    raiseBudgetUpdate,
    RaiseBudget,
    ({ capUsd }) => checkCap(capUsd),
    ({ capUsd, by }) => raiseBudget(capUsd, by),
  );

  function capOf({ answer }: Response): number {
    const capUsd = Number(answer);
    if (answer === undefined || !Number.isFinite(capUsd) || capUsd <= 0) {
      return refuse('InvalidInput', 'answer must be the new cap in USD, for example "20"');
    }
    checkCap(capUsd);
    return capUsd;
  }

  function checkCap(capUsd: number): void {
    // Closed requests too: back at a cap that was used up, its answered request would let agents ask in a circle.
    const known = data.requests.filter(({ kind }) => kind === 'budget');
    const largest = Math.max(0, ...known.map(({ requestId }) => Number(requestId.split('-')[1])));
    if (capUsd * 1_000_000 <= largest) {
      refuse('InvalidInput', `the cap must be more than the ${largest / 1_000_000} USD that are used up`);
    }
  }

  /** Sets the cap, then answers every open budget request, whose askers try again. */
  async function raiseBudget(capUsd: number, by: string): Promise<Acknowledgement> {
    const capMicroUsd = Math.round(capUsd * 1_000_000);
    const budget = await factory.setBudget(`cap $${capUsd}`, { epicId: epic.epicId, capMicroUsd });
    epic.decide(by, 'decision', `budget set to $${capUsd}`, `$${budget.spentMicroUsd / 1_000_000} spent so far`);
    for (const { requestId } of openRequests(data.requests).filter(({ kind }) => kind === 'budget')) {
      await epic.settle({ requestId, decision: 'raise', answer: String(capUsd), by });
    }
    return done(`the cap is $${capUsd}`);
  }

  onUpdate(
    retryTaskUpdate,
    TaskMessage,
    ({ taskKey }) => {
      const entry = findTask(data, taskKey) ?? refuse('NotFound', `There is no task "${taskKey}" in this epic`);
      if (entry.state === 'COMPLETED') refuse('NotAllowedNow', `"${taskKey}" is completed already`);
      checkTasksRun();
    },
    async ({ taskKey, by, comment }) => {
      const entry = findTask(data, taskKey);
      if (entry === undefined || !isEnded(entry)) return already(`"${taskKey}" has not ended`);
      await decideFailed(taskKey, 'retry', by, comment);
      return done(`"${taskKey}" starts again`);
    },
  );

  onUpdate(
    skipTaskUpdate,
    TaskMessage,
    ({ taskKey }) => {
      const entry = findTask(data, taskKey) ?? refuse('NotFound', `There is no task "${taskKey}" in this epic`);
      if (isRunning(entry)) refuse('NotAllowedNow', `"${taskKey}" is running; cancel it first`);
      if (entry.state === 'COMPLETED') refuse('NotAllowedNow', `"${taskKey}" is completed already`);
    },
    async ({ taskKey, by, comment }) => {
      if (findTask(data, taskKey)?.skipped) return already(`"${taskKey}" was skipped before`);
      await decideFailed(taskKey, 'skip', by, comment);
      return done(`"${taskKey}" is skipped; what depends on it may start`);
    },
  );

  /** The same effect as answering the task's open request, and it closes that request. */
  async function decideFailed(
    taskKey: string,
    decision: 'retry' | 'skip',
    by: string,
    comment?: string,
  ): Promise<void> {
    const request = openRequests(data.requests).find(
      (open) => open.taskKey === taskKey && open.options.includes(decision),
    );
    if (request !== undefined) {
      const answer = { requestId: request.requestId, decision, by, ...(comment === undefined ? {} : { comment }) };
      await epic.settle(answer);
    } else {
      epic.decide(by, 'decision', `${decision} ${taskKey}`, comment ?? 'asked for by a person', taskKey);
    }
    applyDecision(epic, taskKey, decision, comment);
  }

  onUpdate(
    cancelTaskUpdate,
    TaskMessage,
    ({ taskKey }) => {
      if (findTask(data, taskKey) === undefined) refuse('NotFound', `There is no task "${taskKey}" in this epic`);
    },
    ({ taskKey, by, comment }) => {
      const entry = findTask(data, taskKey);
      if (entry === undefined || isEnded(entry)) return already(`"${taskKey}" has ended already`);
      epic.decide(by, 'decision', `cancel ${taskKey}`, comment ?? 'asked for by a person', taskKey);
      if (isWaiting(entry)) {
        entry.state = 'CANCELLED';
        entry.phase = `cancelled by ${by}`;
        epic.publish();
      } else cancelledTasks.add(taskKey);
      return done(`"${taskKey}" is cancelled`);
    },
  );

  /** Past the tasks, a new one would be merged by nobody. */
  function checkTasksRun(): void {
    if (!data.integrating) return;
    refuse(
      'NotAllowedNow',
      'All tasks are done and merged together; reject the merge with a change, or submit another epic',
    );
  }

  onUpdate(
    addTaskUpdate,
    AddTask,
    ({ task }) => {
      if (!data.planApproved) refuse('NotAllowedNow', 'The plan is not settled yet; answer it instead');
      if (isSingle(data)) {
        refuse('NotAllowedNow', 'This epic has one task and one pull request; submit another epic for more work');
      }
      checkTasksRun();
      const known = findTask(data, task.key);
      if (known !== undefined && JSON.stringify(known.task) === JSON.stringify(task)) return;
      const [problem] = planProblems([...data.tasks.map((entry) => entry.task), task]);
      if (problem !== undefined) refuse('InvalidInput', problem.message);
    },
    ({ task, by }) => {
      if (findTask(data, task.key) !== undefined) return already(`"${task.key}" is in the plan`);
      data.tasks.push(newTask(task));
      epic.decide(by, 'decision', `add task ${task.key}`, task.title, task.key);
      return done(`"${task.key}" is added`);
    },
  );

  onSignal(pauseSignal, Person, (person) => void setPaused(true, person));
  onSignal(resumeSignal, Person, (person) => void setPaused(false, person));
  onUpdate(
    pauseUpdate,
    Person,
    () => {},
    (person) => setPaused(true, person),
  );
  onUpdate(
    resumeUpdate,
    Person,
    () => {},
    (person) => setPaused(false, person),
  );

  function setPaused(paused: boolean, { by, comment }: Person): Acknowledgement {
    const word = paused ? 'paused' : 'running';
    if (data.paused === paused) return already(`it is ${word} already`);
    data.paused = paused;
    epic.decide(by, 'decision', paused ? 'pause' : 'resume', comment ?? 'asked for by a person');
    for (const child of epic.children) epic.send(child, paused ? pauseSignal : resumeSignal, { by });
    return done(`it is ${word}`);
  }

  onSignal(admittedSignal, z.object({}), () => {
    data.admitted = true;
  });
  onSignal(settledSignal, SettlementSchema, (settlement) => {
    settlements.set(settlement.escalationId, settlement);
  });
  onSignal(askPersonSignal, AskPerson, (asked) => epic.open(asked));
  onSignal(withdrawRequestSignal, WithdrawRequest, ({ requestId }) => {
    withdraw(data.requests, requestId, new Date().toISOString());
    epic.publish();
  });
  onSignal(askLaneSignal, LaneMessage, (entry) => askLane(data.lane, entry));
  onSignal(doneLaneSignal, LaneMessage, (entry) => leaveLane(data.lane, entry));
  handlers.ignoreOthers();

  return {
    settlement: (escalationId: string): Settlement | undefined => settlements.get(escalationId),
    /** A person asked to cancel this running task; cleared by asking. */
    takeCancelled: (taskKey: string): boolean => cancelledTasks.delete(taskKey),
    isCancelled: (taskKey: string): boolean => cancelledTasks.has(taskKey),
  };
}

export type Messages = ReturnType<typeof registerMessages>;

/** What a person's decision makes of a task that ended without being merged, or waits. */
export function applyDecision(epic: Epic, taskKey: string, decision: string, comment: string | undefined): void {
  const entry = findTask(epic.data, taskKey);
  if (entry === undefined) return;
  delete entry.failure;
  delete entry.hold;
  if (decision === 'skip') {
    Object.assign(entry, { state: 'CANCELLED', phase: 'skipped by a person', skipped: true });
  } else {
    Object.assign(entry, { state: 'PENDING', phase: 'starts again', skipped: false, started: false, retries: 0 });
    if (decision === 'resolve') {
      entry.feedback = `A person resolved the conflict by hand in the worktree. Check it and hand it in. ${comment ?? ''}`;
    } else if (comment !== undefined) entry.feedback = comment;
  }
  epic.publish();
}
