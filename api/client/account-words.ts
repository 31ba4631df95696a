/** The account of an epic in one line, the same for pages and terminals. Pure. */
import type { Answer } from './index.ts';

type Account = Answer<'Account'>;

/** "The epic is completed · tasks: 4 completed · 2 questions to people · 1 retry" */
export function accountSummary({ outcome, tasks, counts }: Pick<Account, 'outcome' | 'tasks' | 'counts'>): string {
  const { questions, unanswered, retries, refusals, failures } = counts;
  const ended = Object.entries(tasks).map(([how, number]) => `${number} ${how}`);
  const open = unanswered === 0 ? '' : ` (${unanswered} without an answer)`;
  const parts = [
    outcome === null
      ? 'The epic has not ended, as far as the log says'
      : `The epic ${outcome === 'failed' ? 'has' : 'is'} ${outcome}`,
    ...(ended.length === 0 ? [] : [`tasks: ${ended.join(', ')}`]),
    ...(questions === 0 ? [] : [`${counted(questions, 'question', 'questions')} to people${open}`]),
    ...(retries === 0 ? [] : [counted(retries, 'retry', 'retries')]),
    ...(refusals === 0 ? [] : [counted(refusals, 'refusal', 'refusals')]),
    ...(failures === 0 ? [] : [counted(failures, 'failure', 'failures')]),
  ];
  return parts.join(' · ');
}

const counted = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

/** "ann (3 times), bob (once)" */
export const peopleWords = ({ people }: Pick<Account, 'people'>): string =>
  people.map(({ name, decisions }) => `${name} (${decisions === 1 ? 'once' : `${decisions} times`})`).join(', ');
