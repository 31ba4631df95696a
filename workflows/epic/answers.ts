/** What people answer: verdicts by signal, responses by update, a larger budget. */
import type { z } from 'zod';
import { factory } from '../activities.ts';
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
import type { Epic } from './context.ts';
import { setCap } from './life-state.ts';
import { largestUsedUp, matchVerdict, openRequests, responseProblem } from './requests.ts';
import { checkEdit } from './revise-plan.ts';
import { takeAnswer } from './take-answer.ts';

/** One request has one effect, however often it is answered; what fits no open request changes nothing. */
export function registerAnswers(epic: Epic, { onSignal, onUpdate }: Handlers): void {
  const { data } = epic;

  onSignal(approveSignal, Verdict, (verdict) => judge('approve', verdict));
  onSignal(rejectSignal, Verdict, (verdict) => judge('reject', verdict));

  function judge(decision: 'approve' | 'reject', verdict: z.output<typeof Verdict>): void {
    const match = matchVerdict(data.requests, verdict);
    if ('mismatch' in match) {
      epic.ignore(verdict.by, `${decision} changed nothing`, match.mismatch);
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
      // An answer that is sent again is no news, whatever has been used up since.
      const isOpen = request?.state === 'open';
      if (isOpen) checkEdit(epic, response, request.kind);
      if (isOpen && request.kind === 'budget' && response.decision === 'raise') capOf(response);
    },
    async (response) => {
      const request = data.requests.find(({ requestId }) => requestId === response.requestId);
      if (request?.state !== 'open') return already('answered before');
      if (request.kind === 'budget' && response.decision === 'raise') {
        return raiseBudget(capOf(response), response.by);
      }
      const left = await takeAnswer(epic, response);
      if (left !== undefined) return already(left);
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
    const largest = largestUsedUp(data.requests);
    if (microUsd(capUsd) <= largest) {
      refuse('InvalidInput', `the cap must be more than the ${largest / 1_000_000} USD that are used up`);
    }
  }

  /** Sets the cap, then answers every open budget request, whose askers try again. */
  async function raiseBudget(capUsd: number, by: string): Promise<Acknowledgement> {
    const capMicroUsd = microUsd(capUsd);
    const budget = await factory.setBudget(`cap $${capUsd}`, { epicId: epic.epicId, capMicroUsd });
    setCap(data, capMicroUsd);
    epic.decide(by, 'decision', `budget set to $${capUsd}`, `$${budget.spentMicroUsd / 1_000_000} spent so far`);
    for (const { requestId } of openRequests(data.requests).filter(({ kind }) => kind === 'budget')) {
      await epic.settle({ requestId, decision: 'raise', answer: String(capUsd), by });
    }
    return done(`the cap is $${capUsd}`);
  }
}

const microUsd = (usd: number): number => Math.round(usd * 1_000_000);
