/** An epic that answers like the real one and keeps what it heard, for tests of those who talk to it. */
import { ApplicationFailure, condition, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';

type Heard = [string, unknown];
const heardQuery = defineQuery<Heard[]>('heard');
const names = [
  'respond',
  'pause',
  'resume',
  'raiseBudget',
  'addTask',
  'revisePlan',
  'retryTask',
  'skipTask',
  'cancelTask',
  'interrupt',
  'interruptTask',
];

/** Refuses answers to any request but `open-1` and the retry of any task but `failed`; runs until it is cancelled. */
export async function epicWorkflow(input: unknown): Promise<void> {
  const heard: Heard[] = [['input', input]];
  setHandler(heardQuery, () => heard);
  for (const name of names) {
    const handle = (message: unknown) => {
      heard.push([name, message]);
      return { changed: true, message: `${name} ${heard.length - 1}` };
    };
    setHandler(defineUpdate<{ changed: boolean; message: string }, [unknown]>(name), handle, {
      validator: (message) => validate(name, message as { requestId?: string; taskKey?: string }),
    });
  }
  await condition(() => false);
}

function validate(name: string, { requestId, taskKey }: { requestId?: string; taskKey?: string }): void {
  if (name === 'respond' && requestId !== 'open-1') {
    throw ApplicationFailure.create({ type: 'RequestClosed', message: `${requestId} was answered before` });
  }
  if (name === 'retryTask' && taskKey !== 'failed') {
    throw ApplicationFailure.create({ type: 'TaskNotStarted', message: `${taskKey} has not failed` });
  }
}
