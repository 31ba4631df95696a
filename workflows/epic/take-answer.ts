/** A person's answer to an open request, whatever way it came. */

import type { Response } from '../contract/epic.ts';
import { defined } from '../contract/optional-fields.ts';
import { settlePolicy } from './adopt-policy.ts';
import type { Epic } from './context.ts';
import { applyDecision, noteSkip } from './decide-failed.ts';
import { answeredBefore, isAboutFailed } from './requests.ts';
import { applyEdit, isApproval } from './revise-plan.ts';

/**
 * Closes the request and applies the answer, unless another one closed it first, perhaps while factory.yaml was read.
 * Returns why the answer has no effect, or undefined.
 */
export async function takeAnswer(epic: Epic, response: Response): Promise<string | undefined> {
  const find = () => epic.data.requests.find(({ requestId }) => requestId === response.requestId);
  const request = find();
  if (request?.state !== 'open') return answeredBefore(request);
  const left = await settlePolicy(epic, request, response);
  if (left !== undefined) return left;
  // Approved as it is here: before anybody goes on from the answer.
  if (request.kind === 'plan' && isApproval(response) && isStillOpen(epic, response)) applyEdit(epic, response);
  const { answer, comment, headSha, plan: _, ...rest } = response;
  const isTaken = await epic.settle({
    ...rest,
    ...defined({ answer, comment, headSha }),
  });
  if (!isTaken) return answeredBefore(find());
  if (request.taskKey !== undefined && isAboutFailed(request) && response.decision !== 'cancel') {
    // The name of a factory.yaml is nothing to tell the agents.
    const words = response.decision === 'adopt' ? comment : (answer ?? comment);
    const decided = { taskKey: request.taskKey, decision: response.decision, comment: words };
    applyDecision(epic, decided);
    if (response.decision === 'skip') noteSkip(epic, { ...decided, by: response.by });
  }
  return undefined;
}

const isStillOpen = ({ data }: Epic, { requestId }: Response): boolean =>
  data.requests.some((request) => request.requestId === requestId && request.state === 'open');
