/** How far long work is, as people read it: reported where the work is done, shown by the activity that runs it. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** One text for each reporter, since a step may be within another. */
type Progress = Map<object, string>;

const running = new AsyncLocalStorage<Progress>();

/** Runs `work`, which is given how to ask for the latest progress; work within other work shares that one's. */
export function withProgress<T>(work: (latest: () => string | undefined) => Promise<T>): Promise<T> {
  const progress: Progress = running.getStore() ?? new Map();
  return running.run(progress, work, () => [...progress.values()].at(-1));
}

/** Where the running work reports its progress (undefined: no more to tell); outside of `withProgress` nobody listens. */
export function progressReporter(): (progress: string | undefined) => void {
  const progress = running.getStore();
  if (progress === undefined) return () => {};
  const reporter = {};
  return (text) => {
    progress.delete(reporter);
    if (text !== undefined) progress.set(reporter, text);
  };
}
