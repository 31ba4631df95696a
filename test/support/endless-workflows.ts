/** A workflow whose code does not end, and one that waits for a signal. */
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export async function endlessWorkflow(): Promise<void> {
  for (let isOver = false; !isOver; isOver = Date.now() === 0);
}

export async function patientWorkflow(): Promise<string> {
  let isTold = false;
  setHandler(defineSignal('tell'), () => {
    isTold = true;
  });
  await condition(() => isTold);
  return 'told';
}
