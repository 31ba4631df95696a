/** Workflows that wait for ever under the factory's names, for tests of what others do to executions. */
import { condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';

const names = ['requestAdmission', 'releaseAdmission', 'escalate'];
const statusQuery = defineQuery<unknown>('status');
const heardQuery = defineQuery<[string, unknown][]>('heard');

/** Keeps what it hears, and admits whoever asks for as long as nobody takes that back. */
export async function supervisorWorkflow(): Promise<void> {
  const heard: [string, unknown][] = [];
  for (const name of names) setHandler(defineSignal<[unknown]>(name), (message) => void heard.push([name, message]));
  setHandler(heardQuery, () => heard);
  const epicsOf = (name: string) =>
    heard.filter(([word]) => word === name).map(([, said]) => (said as { epicId: string }).epicId);
  setHandler(statusQuery, () => ({
    admitted: epicsOf('requestAdmission').filter((id) => !epicsOf('releaseAdmission').includes(id)),
    waiting: [],
    limit: 3,
  }));
  await condition(() => false);
}

/** Says of itself that it is admitted when it is told so. */
export async function epicWorkflow(admitted = false): Promise<void> {
  const stalled: unknown[] = [];
  setHandler(defineSignal<[unknown]>('stalled'), (message) => void stalled.push(message));
  setHandler(defineQuery<unknown[]>('stalled'), () => stalled);
  let mails = 0;
  setHandler(defineSignal('mailArrived'), () => {
    mails += 1;
  });
  setHandler(defineQuery<number>('mails'), () => mails);
  setHandler(statusQuery, () => ({ admitted }));
  await condition(() => false);
}

/** Has these members until they leave; of those named in `settling` it says that they settle a conflict. */
export async function lineWorkflow(
  standing: { readonly member: string; readonly ticket: string }[],
  settling: string[] = [],
): Promise<void> {
  let members = standing;
  setHandler(defineSignal<[{ ticket: string }]>('leaveTurn'), (left) => {
    members = members.filter(({ ticket }) => ticket !== left.ticket);
  });
  setHandler(statusQuery, () => ({ members, settling }));
  await condition(() => false);
}

/** Closes at once with what it is given. */
export async function taskWorkflow(result?: unknown): Promise<unknown> {
  await condition(() => result !== undefined);
  return result;
}

export async function agentWorkflow(result?: unknown): Promise<unknown> {
  return taskWorkflow(result);
}
