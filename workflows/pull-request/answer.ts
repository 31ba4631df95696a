/** Whoever said something on a pull request learns, in its thread and once, which commit is the answer. */
import { factory } from '../activities.ts';
import type { PullRequestMemory } from './news.ts';

export async function answerPeople(
  memory: PullRequestMemory,
  { repository, number, headSha, summary }: { repository: string; number: number; headSha: string; summary: string },
): Promise<void> {
  const body = `In ${headSha}: ${summary.slice(0, 2_000)}`;
  for (const { id } of [...memory.unanswered]) {
    await factory.answerFeedback(`answer ${id}`, { repository, number, feedbackId: id, key: `answer-${id}`, body });
    memory.unanswered.shift();
  }
}
