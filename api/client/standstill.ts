/** That nothing can go on, in words: what is away, when it was noticed, what it means, and what helps. Pure. */
import { clockTime } from './clock-time.ts';

/** As `GET /events` tells it. */
export interface Standstill {
  /** `temporal` does not answer the API; `workers`: nobody polls these queues; `paused`: by a person, all of it. */
  readonly cause: 'temporal' | 'workers' | 'paused';
  /** The task queues that no worker process polls. */
  readonly queues: readonly string[];
  /** What Temporal says instead of an answer, or who paused and why; null where nobody says anything. */
  readonly reason: string | null;
  /**
   * As ISO 8601: since when it is paused; of the other causes when it was noticed, which may be later than its beginning,
   * since nobody looks while nobody follows.
   */
  readonly since: string;
}

interface Words {
  readonly title: string;
  readonly words: string;
}

export function standstillWords({ cause, queues, reason, since }: Standstill, now: Date = new Date()): Words {
  const at = clockTime(new Date(since), now);
  if (cause === 'paused') {
    return {
      title: `The factory has been paused since ${at}`,
      words: `By ${reason}. Nothing new begins: no epic, no task, no call of a model, no push, pull request or merge. What you decide now is kept and counts when it goes on: Fleet, or factory resume --all.`,
    };
  }
  if (cause === 'temporal') {
    const said = reason === null ? 'The API cannot reach it' : `It answers the API: ${reason}`;
    return {
      title: `Temporal has not answered since ${at}`,
      words: `${said}; work most likely stands still until it can. What you see is what was recorded before. If you decide now, the answer says whether it arrived.`,
    };
  }
  const kept = queues.includes('factory') ? ' What you decide now is kept and counts then.' : '';
  const title =
    queues.length < QUEUES
      ? `Nobody asks for work in ${queues.length === 1 ? 'the queue' : 'the queues'} ${listed(queues)}`
      : 'No worker process asks for work';
  return {
    title: `${title}, as was noticed at ${at}`,
    words: `None that would do it runs, or all are busy, for over a minute now. What waits for one goes on once it runs: start the factory, or a worker process on any machine that reaches Temporal.${kept}`,
  };
}

/** That worker processes poll: factory, model and hosts. */
const QUEUES = 3;

const listed = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(' and ');
