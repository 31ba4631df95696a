/** Reads the answers of people to the agents of a task. */
import type { PersonAnswered } from '../../workflows/contract/task.ts';
import type { Database } from '../connection.ts';

/** A question of an agent, with what a person said to it. */
export interface AnsweredQuestion {
  readonly question: string;
  readonly answer: Pick<PersonAnswered, 'by' | 'decision' | 'answer' | 'comment'>;
}

const NEWEST = 10;

/** The newest, oldest first; those of former lives of the task too. */
export async function readAnsweredQuestions(
  db: Database,
  { epicId, taskKey }: { readonly epicId: string; readonly taskKey: string },
): Promise<AnsweredQuestion[]> {
  const rows = await db
    .selectFrom('human_requests')
    .select(['question', 'answer'])
    .where('epic_id', '=', epicId)
    .where('task_key', '=', taskKey)
    .where('kind', '=', 'agent-question')
    .where('state', '=', 'answered')
    .where('answer', 'is not', null)
    .orderBy('asked_at', 'desc')
    .limit(NEWEST)
    .execute();
  return rows.map(({ question, answer }) => ({ question, answer: answer as unknown as PersonAnswered })).toReversed();
}
