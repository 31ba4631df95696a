/** Asks a person when a task fails between rounds: a rewind, a push that it takes in, a pull request to reopen. */
import { patched } from '@temporalio/workflow';
import { askedAlready } from '../ask.ts';
import { defined } from '../contract/optional-fields.ts';
import { nameOfNews } from '../pull-request/news.ts';
import { type Asking, askUnless, settled } from './ask.ts';
import type { About, Known } from './asked-question.ts';
import { newsThatCounts } from './by-hand.ts';
import type { Task } from './context.ts';
import { leaveAndExplain } from './until-fixed.ts';

type ToFix = Extract<About, { kind: 'mend' }>;

/**
 * A person fixes the cause. What led to the failure does not overtake the question: tried again, it would only fail again.
 */
export async function askBetweenRounds(task: Task, error: unknown): Promise<void> {
  const knowing = knownOf(task);
  // In histories from before, it did.
  const isKept = Object.keys(knowing).length === 0 || patched('ask-between-rounds');
  const about: ToFix = { kind: 'mend', ...(isKept ? { knowing } : {}) };
  const asking = await leaveAndExplain(task, error);
  await waitUntilFixed(task, about, () => asking);
}

/** Waits for the answer to what the former run asked between rounds, if it did. */
export async function resumeBetweenRounds(task: Task): Promise<void> {
  const about = task.data.asked?.about;
  if (about?.kind === 'mend' && about.knowing !== undefined) await waitUntilFixed(task, about, askedAlready);
}

/** Another rewind, and what else somebody does by hand, overtake the question. */
async function waitUntilFixed(task: Task, about: ToFix, asking: () => Asking): Promise<void> {
  const { knowing = {} } = about;
  const isNew = (what: keyof Known) => {
    const now = knownOf(task)[what];
    return now !== undefined && now !== knowing[what];
  };
  await askUnless(task, about, asking, {
    isOvertaken: () => isNew('news'),
    isTakenBack: () => isNew('rewindId'),
  });
  settled(task);
}

function knownOf(task: Task): Known {
  const news = newsThatCounts(task);
  return defined({ rewindId: task.data.rewind?.rewindId, news: news && nameOfNews(news) });
}
