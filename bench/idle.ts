/** Very many epics that wait for a person: what they cost while nothing happens, and how soon one of them answers. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Comparison, measureEach } from './against.ts';
import { type BenchStack, epicOf } from './drive.ts';
import { type Figure, median } from './figure.ts';
import { withStack } from './stack.ts';
import { cpuBetween, sumOf, USER_NAMES, USERS } from './use.ts';

const SUBMITTED_AT_ONCE = 10;
const APPROVED = 10;
/** Until what the last epics started has settled. */
const SETTLE_MS = 15_000;
/** Epics that come no nearer to their question for this long never will. The first comes when all have got in line. */
const STALLED_MS = 300_000;
const GOAL_SECONDS = 1;

export interface Idle {
  readonly epics: number;
  /** How long is looked at. */
  readonly seconds: number;
}

export const measureIdle = (comparison: Comparison, wanted: Idle): Promise<Figure[]> =>
  measureEach(comparison, (options) =>
    withStack(options, async (stack) => {
      const empty = stack.use();
      await submitAll(stack, wanted.epics);
      await pause(SETTLE_MS);
      const before = stack.use();
      await pause(wanted.seconds * 1_000);
      const after = stack.use();
      const cpu = cpuBetween(before, after);
      const minute = (seconds: number) => (seconds * 60) / wanted.seconds;
      const answers = await approveSome(stack, wanted.epics);
      return [
        ...USERS.map(
          (user): Figure => ({ name: `CPU a minute, ${USER_NAMES[user]}`, value: minute(cpu[user]), unit: 's' }),
        ),
        { name: `CPU a minute, all, ${wanted.epics} epics wait`, value: minute(sumOf(cpu)), unit: 's' },
        ...(['worker', 'temporal', 'postgres'] as const).flatMap((user): Figure[] => [
          { name: `${USER_NAMES[user]} before, resident`, value: empty[user].residentMb, unit: 'MB' },
          { name: `${USER_NAMES[user]} while they wait, resident`, value: after[user].residentMb, unit: 'MB' },
        ]),
        { name: `answer to an approval, median of ${answers.length}`, value: median(answers), unit: 's' },
        { name: 'answer to an approval, longest', value: Math.max(...answers), unit: 's', goal: GOAL_SECONDS },
      ];
    }),
  );

const idOf = (number: number) => `idle-${number}`;

/** Settles when they all wait: each has a plan, which somebody must approve. */
async function submitAll(stack: BenchStack, epics: number): Promise<void> {
  let next = 0;
  const submit = async () => {
    for (let number = next++; number < epics; number = next++) {
      await stack.submit(idOf(number), { ...epicOf(`Bench ${idOf(number)}`, 'only'), requireApproval: ['plan'] });
    }
  };
  await Promise.all(Array.from({ length: SUBMITTED_AT_ONCE }, submit));
  let [waiting, sinceMs] = [0, performance.now()];
  while (waiting < epics) {
    const { count } = await stack.client.workflow.count('FactoryNeedsHuman = true');
    if (count > waiting) [waiting, sinceMs] = [count, performance.now()];
    if (performance.now() - sinceMs > STALLED_MS) throw new Error(`Only ${waiting} of ${epics} epics came to wait`);
    await pause(1_000);
  }
}

/** Seconds from an approval to the answer of the workflow, which is told when it is recorded. Spread over all of them. */
async function approveSome(stack: BenchStack, epics: number): Promise<number[]> {
  const seconds: number[] = [];
  const count = Math.min(APPROVED, epics);
  for (let index = 0; index < count; index++) {
    const id = idOf(Math.floor((index * epics) / count));
    const query = { epicId: id };
    const open = await stack.api.GET('/human-requests', { params: { query } });
    const requestId = open.data?.[0]?.requestId ?? '';
    const began = performance.now();
    await approve(stack, id, requestId);
    seconds.push((performance.now() - began) / 1_000);
    // So that its work does not slow down the next answer.
    await stack.client.workflow.result(`epic-${id}`);
  }
  return seconds;
}

/** "Pending" means that it is stored; sent again it is the same approval, and the workflow's answer comes with one of them. */
async function approve(stack: BenchStack, id: string, requestId: string): Promise<void> {
  for (;;) {
    const body = { requestId, decision: 'approve', by: 'bench' };
    const { data, error } = await stack.api.POST('/epics/{id}/respond', { params: { path: { id } }, body });
    if (data === undefined) throw new Error(`The approval of ${id} was refused: ${JSON.stringify(error)}`);
    if (data.status === 'done') return;
  }
}
