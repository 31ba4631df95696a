/** Every message of every workflow: in which scene it is sent, and what shows that it was applied. */
import type { EpicView } from '../../workflows/contract/records.ts';
import type { MessageStage } from './message-stage.ts';
import type { SceneName } from './scenes.ts';

export interface MessageRow {
  readonly name: string;
  readonly scene: SceneName;
  readonly to: 'epic' | 'task' | 'agent' | 'supervisor';
  readonly kind: 'update' | 'signal';
  /** The message's wire name and input. */
  readonly message: string;
  readonly input: (epicId: string, view: () => Promise<EpicView>) => unknown;
  /** The epic's view once the message was applied, where that shows. */
  readonly shows?: (view: EpicView, stage: MessageStage) => boolean;
}

type Told = Pick<MessageRow, 'input' | 'shows'>;
const by = 'a person';
const nothing = () => ({ by });

const row = (
  kind: MessageRow['kind'],
  to: MessageRow['to'],
  scene: SceneName,
  message: string,
  { input = nothing, shows }: Partial<Told> = {},
): MessageRow => ({
  ...{ name: `${to === 'epic' ? '' : `${to} `}${kind} ${message} (${scene})`, kind, to, scene, message, input },
  ...(shows === undefined ? {} : { shows }),
});

const update = (scene: SceneName, message: string, told?: Partial<Told>) => row('update', 'epic', scene, message, told);
const signal = (scene: SceneName, message: string, told?: Partial<Told>) => row('signal', 'epic', scene, message, told);
const toTask = (scene: SceneName, message: string, told?: Partial<Told>) => row('signal', 'task', scene, message, told);
const toAgent = (message: string, told?: Partial<Told>) => row('signal', 'agent', 'working', message, told);
const toSupervisor = (message: string, told: Partial<Told>) => row('signal', 'supervisor', 'plan', message, told);

const of = (taskKey: string, more: object = {}) => ({ input: () => ({ taskKey, by, ...more }) });
const stateOf = ({ tasks }: EpicView, key: string) => tasks.find(({ task }) => task.key === key)?.status;
const isAnswered = (view: EpicView) => view.requests.some(({ state }) => state === 'answered');
const isPaused = (paused: boolean) => (view: EpicView) => view.paused === paused;
const openRequest = async (view: () => Promise<EpicView>) =>
  (await view()).requests.find(({ state }) => state === 'open')?.requestId;
const response = (decision: string): Told => ({
  input: async (_, view) => ({ requestId: await openRequest(view), decision, by }),
  shows: isAnswered,
});
const question = { requestId: 'probe', kind: 'question', question: 'Which?', options: ['this'], askedBy: 'nobody' };
const lane = of('a', { submission: 7 });
/** The host is there, so it only leads to a look at the hosts table. */
const leaving = { input: () => ({ host: 'stage', epoch: 1 }) };
const interrupt = { input: () => ({ interruptId: 'by-signal', by }) };
const rewound = { rewindId: 'by-signal', turn: 1, by };

export const ROWS: readonly MessageRow[] = [
  update('plan', 'respond', response('approve')),
  update('single', 'respond', response('approve')),
  update('working', 'cancelTask', { ...of('a'), shows: (view) => stateOf(view, 'a')?.state === 'CANCELLED' }),
  update('cancelled', 'retryTask', { ...of('a'), shows: (view) => stateOf(view, 'a')?.state === 'PENDING' }),
  update('cancelled', 'skipTask', {
    ...of('a'),
    shows: (view) => stateOf(view, 'a')?.phase === 'skipped by a person',
  }),
  update('working', 'addTask', {
    input: () => ({ task: { key: 'c', title: 'Task c' }, by }),
    shows: ({ tasks }) => tasks.length === 3,
  }),
  update('working', 'revisePlan', {
    // Task b has not started, and is dropped.
    input: async (_, view) => ({
      ...{ revision: (await view()).revisions?.at(-1)?.number ?? 0, by },
      tasks: [{ key: 'c', title: 'Task c' }],
    }),
    shows: ({ tasks }) => tasks.some(({ task }) => task.key === 'c') && !tasks.some(({ task }) => task.key === 'b'),
  }),
  update('working', 'rewindTask', {
    ...of('a', { turn: 1 }),
    shows: ({ epicId }, { log }) => log.includes(`${epicId}.a.implement.2 forks ${epicId}.a.implement.1 at 1`),
  }),
  update('working', 'interruptTask', of('a')),
  update('plan', 'interrupt'),
  update('plan', 'raiseBudget', { input: () => ({ capUsd: 3, by }) }),
  update('plan', 'pause', { shows: isPaused(true) }),
  update('working', 'pause', { shows: isPaused(true) }),
  update('paused', 'resume', { shows: isPaused(false) }),

  signal('plan', 'approve', { shows: isAnswered }),
  signal('single', 'reject', { shows: isAnswered }),
  signal('plan', 'pause', { shows: isPaused(true) }),
  signal('paused', 'resume', { shows: isPaused(false) }),
  signal('merge', 'pullRequestChanged', {
    input: async (_, view) => ({ number: (await view()).pullRequest?.number }),
  }),
  signal('issue', 'issueChanged', { input: () => ({}) }),
  signal('plan', 'askPerson', {
    input: () => question,
    shows: ({ requests }) => requests.some(({ requestId }) => requestId === question.requestId),
  }),
  signal('working', 'askLane', lane),
  signal('working', 'doneLane', lane),
  signal('working', 'taskRewound', of('a')),
  signal('working', 'taskHeard', of('a', { ids: ['comment-1'] })),
  signal('plan', 'interrupted', { input: () => ({ interruptId: 'none', what: 'nothing' }) }),
  signal('plan', 'hostLeaves', leaving),
  // Who waits for a person has left the line, so that a grant comes late and is not taken.
  signal('plan', 'admitted', { input: () => ({}), shows: ({ admitted }) => !admitted }),
  signal('plan', 'settled', { input: () => ({ escalationId: 'none', action: 'retry', reason: 'none' }) }),

  toTask('single', 'personAnswered', {
    input: async (_, view) => ({ requestId: await openRequest(view), decision: 'approve', by }),
  }),
  toTask('working', 'grantLane', { input: () => ({ submission: 7 }) }),
  toTask('single', 'pullRequestChanged', {
    input: async (_, view) => ({ number: (await view()).requests.find(({ state }) => state === 'open')?.pullRequest }),
  }),
  toTask('working', 'rewind', {
    input: (epicId) => ({ ...rewound, transcript: `${epicId}.a.implement.1` }),
    shows: ({ epicId }, { log }) => log.includes(`${epicId}.a.implement.2 forks ${epicId}.a.implement.1 at 1`),
  }),
  toTask('working', 'hostLeaves', leaving),
  toTask('working', 'interrupt', interrupt),
  toTask('working', 'pause'),
  toTask('working', 'resume'),

  toAgent('personAnswered', { input: () => ({ requestId: 'none', decision: 'this', by }) }),
  toAgent('hostLeaves', leaving),
  toAgent('interrupt', interrupt),
  toAgent('pause'),
  toAgent('resume'),

  toSupervisor('requestAdmission', { input: (epicId) => ({ epicId, priority: 1 }) }),
  toSupervisor('releaseAdmission', { input: (epicId) => ({ epicId }) }),
  toSupervisor('escalate', {
    input: (epicId) => ({ escalationId: epicId, epicId, failure: 'TaskFailed', message: 'none', retries: 0 }),
  }),
];
