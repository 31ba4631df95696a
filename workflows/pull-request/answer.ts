/** Answers each comment on a pull request once, in its thread, with what came of it. */
import { isCancellation } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { Feedback } from '../contract/pull-request.ts';
import { failureMessage } from '../failure.ts';
import { noteAnswered, type PullRequestMemory } from './state.ts';

export interface Answering {
  readonly repository: string;
  readonly number: number;
  readonly wordsFor: (said: Feedback) => string;
  /** Hears of an answer that cannot be given: a locked conversation holds no work up. */
  readonly say: (what: string, reason: string) => void;
}

export async function answerPeople(memory: PullRequestMemory, answering: Answering): Promise<void> {
  const { repository, number, wordsFor, say } = answering;
  for (const said of [...memory.unanswered]) {
    const { id } = said;
    const body = wordsFor(said);
    try {
      await factory.answerFeedback(`answer ${id}`, { repository, number, feedbackId: id, key: `answer-${id}`, body });
    } catch (error) {
      if (isCancellation(error)) throw error;
      say(`${id} of pull request #${number} is not answered`, failureMessage(error));
    }
    noteAnswered(memory, said);
  }
}
