/** What an epic asks people, on its own behalf and for its tasks, and who is told the answer. */
import { condition } from '@temporalio/workflow';
import { askUnlessOvertaken } from '../ask.ts';
import type { AskPerson } from '../contract/epic.ts';
import type { PersonAnswered } from '../contract/task.ts';
import type { RunEnd } from '../run-end.ts';
import type { LogLine } from '../status.ts';
import { restartMerging } from './merging-state.ts';
import { forgetAllAsked, forgetAsked, noteAsked } from './open-questions-state.ts';
import { answerFor, ask, capOf, close, isAboutIssue, leaveRequests } from './requests.ts';
import { type EpicData, type EpicRequest, nextNumber } from './state.ts';
import { capSet } from './status-state.ts';
import { isRunning } from './task-graph.ts';

export type Asking = Omit<AskPerson, 'askedBy' | 'requestId' | 'shared'>;

interface Asker {
  readonly workflowId: string;
  readonly data: EpicData;
  readonly runEnd: RunEnd;
  logLine(line: LogLine): void;
  /** Tells a task. */
  answer(askedBy: string, answer: PersonAnswered): void;
  /** Other epics may run meanwhile, and no longer. */
  release(): void;
  takeAgain(): void;
  cancel(by: string): Promise<void>;
}

export function createQuestions({ workflowId, data, runEnd, ...asker }: Asker) {
  /** No task runs, so that all of the epic waits for the answer. */
  const isAllThatGoesOn = (request: { readonly requestId: string }) =>
    !isAboutIssue(request) && !data.tasks.some(isRunning);
  const isOpen = (requestId: string) =>
    data.requests.some((request) => request.requestId === requestId && request.state === 'open');
  const tell = (askedBy: string, answer: PersonAnswered) => {
    if (askedBy !== workflowId) asker.answer(askedBy, answer);
  };

  const questions = {
    /** Opens a request for `askedBy`, or answers at once when it was answered before. */
    open(asked: AskPerson): void {
      const { requestId } = asked;
      // Raised while the question was on its way.
      const cap = capOf(asked);
      if (cap !== undefined && capSet(data, cap) > cap.amount) {
        tell(asked.askedBy, { requestId, decision: 'raise', by: 'factory' });
        return;
      }
      const wasOpen = isOpen(requestId);
      const answered = ask(data.requests, asked, new Date().toISOString());
      if (answered !== undefined) tell(asked.askedBy, answered);
      else if (!wasOpen && isOpen(requestId)) {
        asker.logLine({
          actor: 'factory',
          kind: 'decision',
          decision: `asks a person: ${asked.kind}`,
          reason: asked.question,
          taskKey: asked.taskKey,
        });
      }
      // Questions of tasks are for the loop that runs them to weigh: others may go on.
      if (answered === undefined && isAllThatGoesOn(asked)) asker.release();
    },

    /** Takes an answer once and tells all who asked; a decision to cancel cancels the epic. */
    async settle(answer: PersonAnswered): Promise<boolean> {
      const request = close(data.requests, answer, new Date().toISOString());
      if (request === undefined) return false;
      const words = [answer.answer, answer.comment].filter(Boolean).join(': ') || request.question;
      asker.logLine({
        actor: answer.by,
        kind: 'approval',
        decision: `${request.kind}: ${answer.decision}`,
        reason: words,
        taskKey: request.taskKey,
      });
      for (const askedBy of request.askedBy) tell(askedBy, answerFor(request, askedBy, request.answer ?? answer));
      if (answer.decision === 'cancel') await asker.cancel(answer.by);
      else if (isAllThatGoesOn(request)) asker.takeAgain();
      return true;
    },

    /**
     * Asks on the epic's own behalf and waits, in minutes or months; never resolves with `cancel`. A run that finds it
     * asked waits on for the same answer, whose effect must be in the data before anything else is waited for.
     */
    async askPerson(about: string, asking: () => Asking): Promise<PersonAnswered> {
      let requestId = data.asked[about];
      if (requestId === undefined) {
        requestId = `${about}-${nextNumber(data)}`;
        noteAsked(data, about, requestId);
        questions.open({ ...asking(), requestId, askedBy: workflowId });
      }
      await runEnd.until(() => questions.answerTo(requestId) !== undefined);
      const answer = questions.answerTo(requestId) as PersonAnswered;
      // Our cancellation is on its way; until then nothing more is done.
      if (answer.decision === 'cancel') await condition(() => false);
      forgetAsked(data, about);
      return answer;
    },

    /** The same for a question that something may overtake, which withdraws whatever the epic asks of its work. */
    askUnless: (about: string, asking: () => Asking, isOvertaken: () => boolean): Promise<PersonAnswered | undefined> =>
      askUnlessOvertaken(runEnd, {
        ask: () => questions.askPerson(about, asking),
        isOvertaken,
        withdraw: () => questions.withdrawOwn(),
      }),

    isAsked: (about: string): boolean => data.asked[about] !== undefined,

    answerTo: (requestId: string): PersonAnswered | undefined =>
      data.requests.findLast((request) => request.requestId === requestId)?.answer,

    /** What the epic itself asks of its work has lost its point. */
    withdrawOwn(): void {
      const isOwn = (one: string, request: EpicRequest) => one === workflowId && !isAboutIssue(request);
      leaveRequests(data.requests, isOwn, new Date().toISOString());
      forgetAllAsked(data);
      restartMerging(data);
    },
  };
  return questions;
}
