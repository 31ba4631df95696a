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
import type { RunEnd } from './run-end.ts';

export type Question = Omit<AskPerson, 'askedBy'>;

/** Call before the workflow's first await. An answer counts once; one that nobody waits for is told again when asked. */
export function createRequests(epicId: string, handlers: Handlers, runEnd: RunEnd) {
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

  /**
   * Resolves when all are answered, in minutes or months; never with `cancel`. The same requestId again is one request.
   * `opened` hears when the epic has them: what is sent to the epic from then on comes after them.
   */
  async function askAll(questions: readonly Question[], opened?: () => void): Promise<PersonAnswered[]> {
    const isAnswered = ({ requestId }: Question) => answers.get(requestId) !== undefined;
    const open = () => questions.filter((question) => !isAnswered(question));
    for (const { requestId } of open()) answers.set(requestId, undefined);
    // Asked again when the epic withdrew a question although somebody waits: nobody could answer it any more.
    do {
      for (const question of open()) await send(question);
      opened?.();
      await runEnd.until(() => open().length === 0 || open().some(({ requestId }) => withdrawn.has(requestId)));
    } while (open().length > 0);
    const given = questions.map(({ requestId }) => answers.get(requestId) as PersonAnswered);
    // The epic is about to be cancelled, and we with it: until then nothing more is done.
    if (given.some(({ decision }) => decision === 'cancel')) await condition(() => false);
    return given;
  }

  return {
    askAll,
    async ask(question: Question, opened?: () => void): Promise<PersonAnswered> {
      const [answer] = await askAll([question], opened);
      return answer as PersonAnswered;
    },
  };
}
