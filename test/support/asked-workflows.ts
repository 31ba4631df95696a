/** A workflow whose loop answers signals and that takes updates: what comes of them shows in which order they came. */
import { condition, defineSignal, defineUpdate, setHandler, sleep } from '@temporalio/workflow';

/** Signal `step` wakes the loop, which begins a timer; update `wish` begins one at once. */
export async function askedWorkflow(): Promise<void> {
  let steps = 0;
  setHandler(defineSignal('step'), () => {
    steps += 1;
  });
  setHandler(defineUpdate('wish'), () => wait('2 hours'));
  for (let done = 0; ; done += 1) {
    await condition(() => steps > done);
    wait('1 hour');
  }
}

const wait = (time: '1 hour' | '2 hours'): void => void sleep(time).catch(() => undefined);
