/** Asking a person from a task or agent: the epic owns the request, the asker waits for its answer by signal. */
import {
  ApplicationFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { type AskPerson, askPersonSignal } from './contract/epic.ts';
import { epicWorkflowId } from './contract/ids.ts';
import { PersonAnswered, personAnsweredSignal, QuestionWithdrawn, questionWithdrawnSignal } from './contract/task.ts';
import type { Handlers } from './handlers.ts';
import type { Rests } from './rests.ts';

export type Question = Omit<AskPerson, 'askedBy'>;

/** Call before the workflow's first await. An answer counts once; one that nobody waits for is told again when asked. */
export function createRequests(epicId: string, handlers: Handlers, rests: Rests) {
  /** By the id of the request that is waited for. */
  const answers = new Map<string, PersonAnswered | undefined>();
  handlers.onSignal(personAnsweredSignal, PersonAnswered, (answer) => {
    const { requestId } = answer;
    if (answers.has(requestId) && answers.get(requestId) === undefined) answers.set(requestId, answer);
  });
  /** Questions that the epic has withdrawn since they were asked. */
  const withdrawn = new Set<string>();
  handlers.onSignal(questionWithdrawnSignal, QuestionWithdrawn, ({ requestId }) => {
    withdrawn.add(requestId);
  });
  const epic = getExternalWorkflowHandle(epicWorkflowId(epicId));

  async function send(question: Question): Promise<void> {
    withdrawn.delete(question.requestId);
    try {
      await epic.signal(askPersonSignal, { ...question, askedBy: workflowInfo().workflowId });
    } catch (cause) {
      if (isCancellation(cause)) throw cause;
      throw ApplicationFailure.create({
        type: 'EpicFailed',
        message: 'The epic is closed, so nobody can be asked',
        nonRetryable: true,
        ...(cause instanceof Error ? { cause } : {}),
      });
    }
  }

  return {
    /**
     * Resolves with the answer, in minutes or months; never with `cancel`. The same requestId again is one request.
     * `opened` hears when the epic has it: what is sent to the epic from then on comes after it.
     */
    async ask(question: Question, opened?: () => void): Promise<PersonAnswered> {
      const { requestId } = question;
      if (!answers.has(requestId)) answers.set(requestId, undefined);
      const isAnswered = () => answers.get(requestId) !== undefined;
      // Asked again when the epic withdrew the question although somebody waits: nobody could answer it any more.
      do {
        await send(question);
        opened?.();
        await rests.until(() => isAnswered() || withdrawn.has(requestId));
      } while (!isAnswered());
      const answer = answers.get(requestId) as PersonAnswered;
      // The epic is about to be cancelled, and we with it: until then nothing more is done.
      if (answer.decision === 'cancel') await condition(() => false);
      return answer;
    },
  };
}
