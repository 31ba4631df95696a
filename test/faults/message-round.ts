/** One round of message cases: every message in every state, while the worker process lives or dies in one way. */
import { epicWorkflowId, taskWorkflowId } from '../../workflows/contract/ids.ts';
import { askStatus } from '../support/ask-status.ts';
import { waitFor } from '../support/wait-for.ts';
import type { MessageRow } from './message-rows.ts';
import type { MessageStage } from './message-stage.ts';
import { SCENES } from './scenes.ts';
import { callInTime, inTime, pause } from './times.ts';

/** The state of the execution when its message comes. */
export const STATES = ['idle', 'record in flight', 'activity completing'] as const;
export type State = (typeof STATES)[number];

/** The death of the worker process around the message. */
export const LIVES = [
  'cache warm',
  'killed before',
  'killed after',
  'killed before and after',
  'stopped meanwhile',
  'caches 0',
  'caches 1',
] as const;
export type Life = (typeof LIVES)[number];

export interface MessageCase {
  readonly row: MessageRow;
  readonly state: State;
  readonly life: Life;
  readonly problems: string[];
}

interface Played extends MessageCase {
  readonly id: string;
  /** The execution that gets the message. */
  readonly workflowId: string;
  input: unknown;
}

const RECORDS = /^record/;
const AT_ONCE = 4;
/** Under load, with a worker process that has only just started. */
const ANSWER_MS = 120_000;
const QUIET_MS = 120_000;
/** It is on its way by then, or its state went with the one before. */
const HELD_MS = 30_000;

export const statesOf = ({ to }: MessageRow): readonly State[] => (to === 'supervisor' ? ['idle'] : STATES);

let rounds = 0;

/** Plays the round; what contradicts is in the cases' problems. The worker process runs before and afterwards. */
export async function playRound(
  stage: MessageStage,
  life: Life,
  wanted: readonly Pick<MessageCase, 'row' | 'state'>[],
): Promise<MessageCase[]> {
  rounds += 1;
  const round = rounds;
  const cases = wanted.map(({ row, state }, index): Played => {
    const id = `${row.scene}-${round}-${index}`;
    const ids = { epic: epicWorkflowId(id), task: taskWorkflowId(id, 'a'), agent: `agent-${id}.a.implement.1` };
    const workflowId = row.to === 'supervisor' ? 'supervisor' : ids[row.to];
    return { row, state, life, id, workflowId, input: undefined, problems: [] };
  });
  const queue = [...cases];
  const prepare = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await attempt(one, () => arrange(stage, one));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, prepare));

  await live(stage, life, cases);
  await each(cases, (one) => checkEffect(stage, one));
  await each(cases, (one) => sayMore(stage, one));
  stage.gates.openAll();
  const executions = await stage.executionsOf(new Set(cases.map(({ id }) => id)));
  const problems = await stage.replay(executions);
  for (const { id, row, problems: own } of cases) {
    own.push(...(problems.get(id) ?? []), ...(row.to === 'supervisor' ? (problems.get('supervisor') ?? []) : []));
  }
  await stage.terminate(executions);
  return cases;
}

/**
 * Brings the epic to where its message meets it. Its last record is in flight, while a signal that changes nothing makes
 * a workflow task without commands; where the epic is to be idle, so does the record's end. A worker process that has
 * just started sees two such tasks and the message as one.
 */
async function arrange(stage: MessageStage, one: Played): Promise<void> {
  const { id, row, state, workflowId } = one;
  const scene = SCENES[row.scene];
  if (row.to !== 'supervisor') stage.gates.close(workflowId, RECORDS, 1);
  await stage.start(id, { title: row.name, ...scene.input(stage) });
  await scene.arrive(stage, id);
  one.input = await row.input(id, () => stage.status(id));
  if (row.to === 'supervisor') return quiet(stage, one);
  await quiet(stage, one);
  const signal = (name: string, message: unknown) => stage.client.workflow.getHandle(workflowId).signal(name, message);
  if (stage.gates.isHolding(workflowId)) {
    // The record that is held is from before; one more holds what this message changed.
    await signal(...SOMETHING[row.to]);
    await quiet(stage, one);
    stage.gates.step(workflowId);
  } else {
    // All before it were carried by other activities.
    stage.gates.close(workflowId, RECORDS);
    await signal(...SOMETHING[row.to]);
  }
  await isHolding(stage, workflowId);
  await signal(...NOTHING[row.to]);
  await quiet(stage, one);
  if (state !== 'idle') return;
  stage.gates.open(workflowId);
  await quiet(stage, one);
}

/** Signals that lead to a record. */
const SOMETHING: Record<Exclude<MessageRow['to'], 'supervisor'>, [string, object]> = {
  epic: ['askPerson', { requestId: 'first', kind: 'question', question: '?', options: ['this'], askedBy: 'nobody' }],
  task: ['unheard-of', {}],
  agent: ['unheard-of', {}],
};

/** Signals that lead to no command. */
const NOTHING: typeof SOMETHING = {
  epic: ['settled', { escalationId: 'none', action: 'retry', reason: 'none' }],
  task: ['personAnswered', { requestId: 'nothing', decision: 'none', by: 'nobody' }],
  agent: ['personAnswered', { requestId: 'nothing', decision: 'none', by: 'nobody' }],
};

const isHolding = (stage: MessageStage, workflowId: string) =>
  waitFor(() => stage.gates.isHolding(workflowId), {
    timeoutMs: HELD_MS,
    what: `a record of ${workflowId} to be in flight`,
  });

/** Sends all messages, with the deaths of the worker process before, between and after. */
async function live(stage: MessageStage, life: Life, cases: readonly Played[]): Promise<void> {
  const { process } = stage;
  const send = () => each(cases, (one) => deliver(stage, one));
  switch (life) {
    case 'cache warm':
      return send();
    case 'killed before':
    case 'killed before and after': {
      await process.kill();
      const sent = send();
      process.start();
      await sent;
      break;
    }
    case 'killed after':
      await send();
      break;
    case 'stopped meanwhile': {
      let sent = Promise.resolve();
      await process.stop(() => {
        sent = send();
      });
      process.start();
      return sent;
    }
    case 'caches 0':
    case 'caches 1':
      await process.stop();
      process.start(life === 'caches 0' ? 0 : 1);
      await send();
      await process.stop();
      process.start();
      return;
  }
  if (life === 'killed before') return;
  await process.kill();
  process.start();
}

async function deliver(stage: MessageStage, { row, state, id, workflowId, input }: Played): Promise<void> {
  if (state === 'activity completing') stage.gates.open(workflowId);
  const handle = stage.client.workflow.getHandle(workflowId);
  if (row.kind === 'signal') {
    await handle.signal(row.message, input);
    await quiet(stage, { workflowId });
    stage.gates.open(workflowId);
    return;
  }
  const before = await updatesOf(stage, workflowId);
  const answered = inTime(update(stage, id, row.message, input), ANSWER_MS, `update ${row.message} was not answered`);
  answered.catch(() => undefined);
  if (state === 'record in flight') {
    const isAccepted = async () => (await updatesOf(stage, workflowId)) > before;
    await waitFor(isAccepted, { timeoutMs: ANSWER_MS, intervalMs: 100, what: `${row.message} to be accepted` });
    stage.gates.open(workflowId);
  }
  await answered;
}

/** A server whose worker was away for several workflow tasks refuses updates for a moment, and takes them later. */
async function update(stage: MessageStage, id: string, name: string, input: unknown): Promise<unknown> {
  const deadline = Date.now() + ANSWER_MS;
  for (;;) {
    try {
      return await callInTime(stage.client, deadline - Date.now(), () => stage.update(id, name, input));
    } catch (error) {
      const { cause } = error as Error;
      if (Date.now() > deadline || !(cause instanceof Error && /Workflow Task in failed state/.test(cause.message)))
        throw error;
      await pause(500);
    }
  }
}

async function updatesOf(stage: MessageStage, workflowId: string): Promise<number> {
  const { events } = await stage.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length;
}

/** No workflow task is on its way, and no record that the test does not hold. */
async function quiet(stage: MessageStage, { workflowId }: Pick<Played, 'workflowId'>): Promise<void> {
  const handle = stage.client.workflow.getHandle(workflowId);
  const isQuiet = async () => {
    const { raw } = await handle.describe();
    const records = (raw.pendingActivities ?? []).filter(({ activityType }) => RECORDS.test(activityType?.name ?? ''));
    const isHeld = records.length === 0 || stage.gates.isHolding(workflowId);
    return (raw.pendingWorkflowTask ?? null) === null && isHeld;
  };
  await waitFor(isQuiet, { timeoutMs: QUIET_MS, intervalMs: 100, what: `${workflowId} to be quiet` });
}

async function checkEffect(stage: MessageStage, { row, id }: Played): Promise<void> {
  const { shows } = row;
  if (shows === undefined) return;
  const what = `${row.name} to be applied`;
  await waitFor(async () => shows(await stage.status(id), stage), { timeoutMs: ANSWER_MS, intervalMs: 200, what });
}

/** One more message to the execution, and one more update to its epic, which must be answered. */
async function sayMore(stage: MessageStage, { row, id, workflowId }: Played): Promise<void> {
  if (row.to !== 'epic') {
    const handle = stage.client.workflow.getHandle(workflowId);
    const isOpen = (await handle.describe()).status.name === 'RUNNING';
    if (isOpen) {
      await handle.signal('resume', {});
      await inTime(askStatus(handle), ANSWER_MS, `${workflowId} does not say how it is`);
    }
  }
  await inTime(
    update(stage, id, 'raiseBudget', { capUsd: 9, by: 'the suite' }),
    ANSWER_MS,
    'one more update was not answered',
  );
}

const each = async (cases: readonly Played[], act: (one: Played) => Promise<void>): Promise<void> => {
  await Promise.all(cases.map((one) => attempt(one, () => act(one))));
};

/** A case in which something went wrong is not played on. */
async function attempt(one: Played, act: () => Promise<void>): Promise<void> {
  if (one.problems.length > 0) return;
  try {
    await act();
  } catch (error) {
    const { message, cause } = error as Error;
    one.problems.push(cause instanceof Error ? `${message} (${cause.message})` : message);
  }
}
