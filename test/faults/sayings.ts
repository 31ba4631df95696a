/** Messages that anybody may send to an epic, its tasks and agents at any moment; many change nothing. */
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { EpicView, HumanRequestView } from '../../workflows/contract/records.ts';
import type { MessageStage } from './message-stage.ts';
import type { Random } from './random.ts';
import { callInTime } from './times.ts';

export interface Saying {
  readonly kind: 'update' | 'signal';
  /** A workflow id. */
  readonly to: string;
  readonly message: string;
  readonly input: unknown;
}

const by = 'a person';
const signal = (to: string, message: string, input: unknown): Saying => ({ kind: 'signal', to, message, input });

/** One of all messages, by chance; `view` is the epic as it was a moment ago. */
export function saying(random: Random, id: string, view: EpicView | undefined): Saying {
  const epic = `epic-${id}`;
  const key = oneOf(random, ['a', 'b', 'c']);
  const task = `${epic}/task-${key}`;
  const update = (message: string, input: object): Saying => ({ kind: 'update', to: epic, message, input });
  const request = view?.requests.find(({ state }) => state === 'open');
  const requestId = request?.requestId ?? 'none';
  const number = request?.pullRequest ?? 1;
  const toTask = { taskKey: key, by };
  // Of no submission that there is: a lane that was granted to one would stay with it.
  const lane = { taskKey: key, submission: 90 };
  return oneOf<() => Saying>(random, [
    () => update('respond', { requestId, ...decisionOn(request, random), by }),
    () => update('cancelTask', toTask),
    () => update('retryTask', toTask),
    () => update('skipTask', toTask),
    () => update('addTask', { task: { key: 'c', title: 'Task c' }, by }),
    () =>
      update('revisePlan', { revision: view?.revisions?.at(-1)?.number ?? 0, tasks: [{ key: 'd', title: 'D' }], by }),
    () => update('rewindTask', { ...toTask, turn: 1 }),
    () => update('raiseBudget', { capUsd: 1 + Math.floor(random() * 50), by }),
    () => update('interruptTask', toTask),
    () => update('interrupt', { by }),
    () => update('pause', { by }),
    () => update('resume', { by }),
    () => signal(epic, 'approve', { by }),
    () => signal(epic, 'reject', { by, comment: 'Not like this' }),
    () => signal(epic, 'pause', { by }),
    () => signal(epic, 'resume', {}),
    () => signal(epic, 'pullRequestChanged', { number }),
    () => signal(epic, 'issueChanged', {}),
    () => signal(epic, 'askPerson', { ...QUESTION, askedBy: task }),
    () => signal(epic, 'doneLane', lane),
    () => signal(epic, 'taskRewound', { taskKey: key }),
    () => signal(epic, 'taskHeard', { taskKey: key, ids: ['comment-1'] }),
    () => signal(epic, 'admitted', {}),
    () => signal(epic, 'settled', { escalationId: 'none', action: 'retry', reason: 'none' }),
    () => signal(epic, 'unheard-of', { any: 'thing' }),
    () => signal(epic, 'approve', 'malformed'),
    () => signal(task, 'personAnswered', { requestId: 'none', decision: 'none', by }),
    () => signal(task, 'pullRequestChanged', { number }),
    () => signal(task, 'interrupt', { interruptId: 'by-signal', by }),
    () => signal(task, 'pause', {}),
    () => signal(task, 'resume', {}),
    () => signal(`agent-${id}.${key}.implement.1`, 'interrupt', { interruptId: 'by-signal', by }),
    () => signal(`agent-${id}.${key}.implement.1`, 'pause', {}),
    () => signal(`agent-${id}.${key}.implement.1`, 'resume', {}),
    () => signal('supervisor', 'requestAdmission', { epicId: id, priority: 2 }),
  ])();
}

/** Messages that lead an epic to its end: an answer to each open request, and the end of a pause. */
export function sayingsToEnd(id: string, view: EpicView, random: Random): Saying[] {
  const to = `epic-${id}`;
  const update = (message: string, input: object): Saying => ({ kind: 'update', to, message, input });
  const open = view.requests.filter(({ state }) => state === 'open');
  return [
    ...(view.paused ? [update('resume', { by })] : []),
    ...open.map(({ requestId, ...request }) =>
      update('respond', { requestId, ...decisionOn({ requestId, ...request }, random, TO_THE_END), by }),
    ),
  ];
}

/** A task or agent that alone was told to pause goes on after these. */
export const takingPausesBack = (id: string): Saying[] =>
  ['pause', 'resume'].map((message) => ({ kind: 'update', to: `epic-${id}`, message, input: { by } }));

const QUESTION = { requestId: 'probe', kind: 'question', question: 'Which?', options: ['this', 'that'] };
const TO_THE_END = ['approve', 'skip', 'retry', 'raise', 'continue', 'this', 'take'];

function decisionOn(request: HumanRequestView | undefined, random: Random, preferred: readonly string[] = []) {
  const options = (request?.options ?? ['approve']).filter((option) => option !== 'cancel');
  const wanted = preferred.find((option) => options.includes(option));
  const decision = wanted ?? (options.length === 0 ? 'cancel' : oneOf(random, options));
  return { decision, ...(request?.kind === 'budget' ? { answer: '60' } : {}) };
}

/** Says it; a refusal and a closed workflow are answers too. Fails when there is none within `ms`. */
export async function say({ client }: MessageStage, { kind, to, message, input }: Saying, ms: number): Promise<void> {
  const handle = client.workflow.getHandle(to);
  const call = async () => {
    if (kind === 'signal') await handle.signal(message, input);
    else await handle.executeUpdate(message, { args: [input] });
  };
  await callInTime(client, ms, call).catch((error: unknown) => {
    if (isLate(error)) throw error;
  });
}

const isLate = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
  /was not answered|DEADLINE_EXCEEDED/.test(`${error} ${(error as Error).cause}`);

export const oneOf = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
