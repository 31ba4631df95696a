/** Asks a person when a task fails between rounds: a rewind, a push that it takes in, a pull request to reopen. */
import { patched } from '@temporalio/workflow';
import { askedAlready, askUnlessOvertaken } from '../ask.ts';
import { defined } from '../contract/defined.ts';
import { nameOfNews } from '../pull-request/news.ts';
import { type Asking, ask, settled, withdraw } from './ask.ts';
import type { About, Known } from './asked-question.ts';
import { newsThatCounts } from './by-hand.ts';
import type { Task } from './context.ts';
import { leaveAndExplain } from './until-fixed.ts';

type ToFix = Extract<About, { kind: 'mend' }>;

/** A person fixes the cause. What led to the failure would only lead to it again, so it does not overtake the question. */
export async function askBetweenRounds(task: Task, error: unknown): Promise<void> {
  const knowing = knownOf(task);
  // In histories from before it did.
  const isKept = Object.keys(knowing).length === 0 || patched('mend-first');
  const about: ToFix = { kind: 'mend', ...(isKept ? { knowing } : {}) };
  const asking = await leaveAndExplain(task, error);
  await waitUntilFixed(task, about, () => asking);
}

/** Waits on for the answer to what the former run asked between rounds. */
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
  await askUnlessOvertaken(task.runEnd, {
    ask: () => ask(task, about, asking),
    isOvertaken: () => isNew('rewindId') || isNew('news'),
    // The person who took the task back has withdrawn it.
    withdraw: async () => isNew('rewindId') || (await withdraw(task)),
  });
  settled(task);
}

function knownOf(task: Task): Known {
  const news = newsThatCounts(task);
  return defined({ rewindId: task.data.rewind?.rewindId, news: news && nameOfNews(news) });
}
