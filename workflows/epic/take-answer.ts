/** A person's answer to an open request, whatever way it came. */
import type { Response } from '../contract/epic.ts';
import { settlePolicy } from './adopt-policy.ts';
import type { Epic } from './context.ts';
import { applyDecision } from './decide-failed.ts';
import { isAboutFailed } from './requests.ts';

const ANSWERED = 'answered before';

/**
 * Closes the request and applies the answer, unless another one closed it first, perhaps while factory.yaml was read.
 * Returns why the answer has no effect, or undefined.
 */
export async function takeAnswer(epic: Epic, response: Response): Promise<string | undefined> {
  const request = epic.data.requests.find(({ requestId }) => requestId === response.requestId);
  if (request?.state !== 'open') return ANSWERED;
  const left = await settlePolicy(epic, request, response);
  if (left !== undefined) return left;
  const { answer, comment, headSha, ...rest } = response;
  const isTaken = await epic.settle({
    ...rest,
    ...(answer === undefined ? {} : { answer }),
    ...(comment === undefined ? {} : { comment }),
    ...(headSha === undefined ? {} : { headSha }),
  });
  if (!isTaken) return ANSWERED;
  if (request.taskKey !== undefined && isAboutFailed(request) && response.decision !== 'cancel') {
    applyDecision(epic, { taskKey: request.taskKey, decision: response.decision, comment: answer ?? comment });
  }
  return undefined;
}
