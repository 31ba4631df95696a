/** That nothing can go on, in words: what is away since when, what it means, and what helps. Pure. */
import type { Standstill } from '../data/live.ts';

export function standstillWords({ cause, queues, since }: Standstill): {
  readonly title: string;
  readonly words: string;
} {
  const time = new Date(since).toLocaleTimeString();
  if (cause === 'temporal') {
    return {
      title: `Temporal has not answered since ${time}`,
      words:
        'The API cannot reach it; work most likely stands still until it can. What you see is what was recorded before. If you decide now, the answer says whether it arrived.',
    };
  }
  // Worker processes poll all queues unless they were told otherwise.
  const which = queues.includes('factory')
    ? ''
    : ` for what is in its queue ${queues.map((one) => `“${one}”`).join(', ')}`;
  return {
    title: `No worker process has asked for work${which} since ${time}`,
    words:
      'Nothing that needs one goes on until it runs: start the factory, or a worker process, on any machine that reaches Temporal. What you decide now is kept and counts then.',
  };
}
