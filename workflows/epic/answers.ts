/** What people answer: verdicts by signal, responses by update, a larger budget. */
import { patched } from '@temporalio/workflow';
import type { z } from 'zod';
import { factory } from '../activities.ts';
import type { Cap } from '../contract/budget.ts';
import {
  type Acknowledgement,
  already,
  approveSignal,
  done,
  RaiseBudget,
  Response,
  raiseBudgetUpdate,
  rejectSignal,
  respondUpdate,
  Verdict,
} from '../contract/epic.ts';
import { type Handlers, refuse } from '../handlers.ts';
import { amountWords, answerOf, capAnswered, capsIn, ofTask } from './caps.ts';
import type { Epic } from './context.ts';
import { planCap } from './plan-state.ts';
import {
  answeredBefore,
  capOf,
  isAboutCap,
  largestUsedUp,
  matchVerdict,
  openRequests,
  responseProblem,
} from './requests.ts';
import { refuseUnfitEdit } from './revise-plan.ts';
import { isUntouched } from './revision.ts';
import { type EpicRequest, findTask } from './state.ts';
import { setCap } from './status-state.ts';
import { takeAnswer } from './take-answer.ts';

/** One request has one effect, however often it is answered; what fits no open request changes nothing. */
export function registerAnswers(epic: Epic, { onSignal, onUpdate }: Handlers): void {
  const { data } = epic;

  onSignal(approveSignal, Verdict, (verdict) => judge('approve', verdict));
  onSignal(rejectSignal, Verdict, (verdict) => judge('reject', verdict));

  async function judge(decision: 'approve' | 'reject', verdict: z.output<typeof Verdict>): Promise<void> {
    const match = matchVerdict(data.requests, verdict);
    if ('mismatch' in match) {
      epic.ignore(verdict.by, `${decision} changed nothing`, match.mismatch);
      return;
    }
    const { requestId } = match.request;
    const { by, comment, headSha } = verdict;
    await epic.settle({
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
      // An answer that is sent again is no news, whatever has been used up since.
      const isOpen = request?.state === 'open';
      if (isOpen) refuseUnfitEdit(epic, response, request.kind);
      if (isOpen && request.kind === 'budget' && response.decision === 'raise') raisedTo(request, response);
    },
    async (response) => {
      const request = data.requests.find(({ requestId }) => requestId === response.requestId);
      if (request?.state !== 'open') return already(answeredBefore(request));
      if (request.kind === 'budget' && response.decision === 'raise') {
        return raiseBudget([raisedTo(request, response)], response.by);
      }
      const left = await takeAnswer(epic, response);
      if (left !== undefined) return already(left);
      return done(`${request.kind}: ${response.decision}`);
    },
  );

  onUpdate(
    raiseBudgetUpdate,
    RaiseBudget,
    (message) => {
      const { taskKey } = message;
      if (taskKey !== undefined && findTask(data, taskKey) === undefined) {
        refuse('NotFound', `There is no task "${taskKey}" in this epic`);
      }
      for (const cap of capsIn(message)) requireLargerCap(cap);
    },
    (message) => raiseBudget(capsIn(message), message.by),
  );

  /** The cap that an answer sets, in the unit of its request. */
  function raisedTo(request: EpicRequest, { answer }: Response): Cap {
    const cap = capAnswered(capOf(request) ?? { unit: 'usd' }, answer);
    if ('problem' in cap) return refuse('InvalidInput', cap.problem);
    requireLargerCap(cap);
    return cap;
  }

  function requireLargerCap(cap: Cap): void {
    // Closed requests too: back at a cap that was used up, its answered request would let agents ask in a circle.
    const largest = largestUsedUp(data.requests, cap);
    if (cap.amount > largest) return;
    const usedUp = cap.unit === 'usd' ? `${largest / 1_000_000} USD` : `${largest} tokens`;
    refuse('InvalidInput', `the cap must be more than the ${usedUp} that are used up`);
  }

  /** Sets each cap, then answers every open request for it, whose askers try again. */
  async function raiseBudget(caps: readonly Cap[], by: string): Promise<Acknowledgement> {
    for (const cap of caps) {
      const reason = await raiseCap(cap, by);
      const decision = `budget${ofTask(cap)} set to ${amountWords(cap.unit, cap.amount)}`;
      epic.logLine({ actor: by, kind: 'decision', decision, reason, taskKey: cap.taskKey });
      for (const { requestId } of openRequests(data.requests).filter((request) => isAboutCap(request, cap))) {
        await epic.settle({ requestId, decision: 'raise', answer: answerOf(cap), by });
      }
    }
    return done(caps.map((cap) => `the cap${ofTask(cap)} is ${amountWords(cap.unit, cap.amount)}`).join(', '));
  }

  /** Returns what the decision log adds. The cap of a task that has not started belongs to the plan. */
  async function raiseCap(cap: Cap, by: string): Promise<string> {
    const amount = amountWords(cap.unit, cap.amount);
    const entry = cap.taskKey === undefined ? undefined : findTask(data, cap.taskKey);
    // Histories from before kept it beside the plan, where no revision could change it.
    if (entry !== undefined && isUntouched(entry) && patched('planned-caps')) {
      planCap(data, entry, { cap, at: new Date().toISOString(), by, why: `budget set to ${amount}` });
      return 'the task has not started, so this changes the plan';
    }
    const { spent } = await factory.setBudget(`cap${ofTask(cap)} ${amount}`, { epicId: epic.epicId, cap });
    setCap(data, cap);
    return `${amountWords(cap.unit, spent)} spent so far`;
  }
}
