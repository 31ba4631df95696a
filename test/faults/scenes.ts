/** Situations in which an epic gets a message: how each is brought about, and where it stands still. */
import { waitFor } from '../support/wait-for.ts';
import { answer, submitWork, tasks } from '../workflows/answers.ts';
import type { Script } from '../workflows/script.ts';
import type { MessageStage } from './message-stage.ts';

export type SceneName = 'plan' | 'paused' | 'issue' | 'working' | 'cancelled' | 'single' | 'merge';

interface Scene {
  readonly input: (stage: MessageStage) => object;
  /** Returns when the epic is there. */
  readonly arrive: (stage: MessageStage, id: string) => Promise<unknown>;
}

const ARRIVAL_MS = 120_000;
const two = () => tasks({ a: [], b: [] });
const asksPlan = { input: () => ({ tasks: two(), requireApproval: ['plan'] }), arrive: asks('plan') };

export const SCENES: Readonly<Record<SceneName, Scene>> = {
  /** Waits for the plan's approval. */
  plan: asksPlan,
  paused: {
    ...asksPlan,
    arrive: async (stage, id) => {
      await asksPlan.arrive(stage, id);
      await stage.handle(id).signal('pause', { by: 'the suite' });
      await until(stage, id, ({ paused }) => paused);
    },
  },
  /** The same, from an issue. */
  issue: {
    ...asksPlan,
    input: ({ linear }) => ({
      ...asksPlan.input(),
      source: { tracker: 'linear', id: linear.store.addIssue({ team: 'OPS' }).identifier },
    }),
  },
  /** The Worker of task a is in its second turn, task b waits. */
  working: { input: () => ({ tasks: two(), concurrency: 1 }), arrive: (stage, id) => isWorking(stage, id, 'a') },
  /** Task a was cancelled, the Worker of task b is in its second turn. */
  cancelled: {
    input: () => ({ tasks: two(), concurrency: 1 }),
    arrive: async (stage, id) => {
      await isWorking(stage, id, 'a');
      // Not awaited: where its record is held, it may not be answered before.
      stage.update(id, 'cancelTask', { taskKey: 'a', by: 'the suite' }).catch(() => undefined);
      await isWorking(stage, id, 'b');
    },
  },
  /** The only task waits for the approval of its merge. */
  single: { input: () => ({ tasks: tasks({ a: [] }), requireApproval: ['merge'] }), arrive: asks('merge') },
  /** Two tasks are merged, and the epic waits for the approval of its own merge. */
  merge: { input: () => ({ tasks: two(), requireApproval: ['merge'] }), arrive: asks('merge') },
};

/** Ids of epics begin with their scene. */
const sceneOf = (epicId: string) => epicId.split('-')[0] as SceneName;

/** Where each scene stands still. */
export const SCRIPT: Script = {
  takeTurn: async ({ epicId, purpose, turn }) => {
    const scene = sceneOf(epicId);
    if (purpose !== 'implement') return undefined;
    if (scene === 'single' || scene === 'merge') return submitWork;
    if (turn > 1) await new Promise(() => {});
    return answer({ name: 'bash' });
  },
  // Tried again until the end: what was approved is not over before it was looked at.
  mergePullRequest: (head) => {
    const [, epicId = '', name] = head.split('/');
    if (sceneOf(epicId) === 'single' || name === 'epic') throw new Error('Not before the case is over');
  },
};

function asks(kind: string) {
  return (stage: MessageStage, id: string) =>
    until(stage, id, ({ requests }) => requests.some((request) => request.kind === kind && request.state === 'open'));
}

function until(stage: MessageStage, id: string, fits: (view: Awaited<ReturnType<MessageStage['status']>>) => boolean) {
  const what = `${id} to be where its message meets it`;
  return waitFor(async () => fits(await stage.status(id)), { timeoutMs: ARRIVAL_MS, intervalMs: 200, what });
}

function isWorking(stage: MessageStage, id: string, key: string) {
  const line = `turn 2 of ${id}.${key}.implement.1`;
  return waitFor(() => stage.log.includes(line), { timeoutMs: ARRIVAL_MS, what: line });
}
