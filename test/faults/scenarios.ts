/** The scenarios that cases run in: epics that together run every activity, most of them at least three times. */

import { hostQueue } from '../../workflows/contract/task-queues.ts';
import { askStatus } from '../support/ask-status.ts';
import { approveAll, type EpicNow } from '../support/play-epic.ts';
import { waitFor } from '../support/wait-for.ts';
import { movedByHand } from './by-hand.ts';
import type { Deed, SuiteEpic } from './epic.ts';
import type { Lane } from './lane.ts';
import { TITLES } from './scripts.ts';

export type ScenarioName = 'whole' | 'several' | 'trouble';

/** The epics of one run of a scenario; `run` makes their ids unique on a lane. */
export const SCENARIOS: Readonly<Record<ScenarioName, (run: string) => SuiteEpic[]>> = {
  /** Planned twice, red once, sent back by a review once, in conflict once; and one that goes through two approvals. */
  whole: (run) => [
    {
      id: `whole-${run}`,
      body: { title: TITLES.whole, requireApproval: ['plan', 'merge'] },
      answer: (request) => {
        if (request.kind !== 'plan') return approveAll(request);
        return request.question.includes('picky')
          ? { decision: 'approve' }
          : { decision: 'reject', comment: 'Add a picky one' };
      },
      ends: 'COMPLETED',
      tasks: { red: 'COMPLETED', left: 'COMPLETED', right: 'COMPLETED', picky: 'COMPLETED' },
      lines: ['red', 'left', 'right', 'left was here', 'right was here', 'picky', 'picky again', 'edited'],
    },
    {
      id: `single-${run}`,
      body: { title: TITLES.single, tasks: [task('only')], requireApproval: ['merge'] },
      answer: answerRejectedOnce(),
      ends: 'COMPLETED',
      tasks: { only: 'COMPLETED' },
      lines: ['only', 'only again'],
    },
  ],

  /** The good case three times at once. */
  several: (run) => ['x', 'y', 'z'].map((letter) => pair(`several-${letter}-${run}`)),

  /**
   * Tasks that fail for good, one that is cancelled, those that touch protected paths or are taken back to an earlier
   * turn, pull requests that are moved by hand, a larger budget, epics that are cancelled, a lost supervisor.
   */
  trouble: (run) => troubleEpics(run, 3),
};

/** Of each trouble as many as are wanted. */
export function troubleEpics(run: string, times: number): SuiteEpic[] {
  const numbers = Array.from({ length: times }, (_, index) => index + 1);
  const [lost, guarded, back] = ['lost', 'guarded', 'back'].map((kind) =>
    numbers.map((number) => `${kind}-${number}`),
  ) as [string[], string[], string[]];
  const dropped = numbers.map(
    (number): SuiteEpic => ({
      id: `dropped-${number}-${run}`,
      body: { title: TITLES.pair, tasks: [task('one'), task('two')], requireApproval: ['plan'] },
      answer: () => ({ decision: 'cancel' }),
      ends: 'CANCELLED',
      tasks: { one: 'CANCELLED', two: 'CANCELLED' },
      lines: [],
    }),
  );
  const trouble: SuiteEpic = {
    id: `trouble-${run}`,
    body: {
      title: TITLES.trouble,
      tasks: ['fine', ...lost, ...guarded, ...back, 'endless'].map((key) => task(key)),
      requireApproval: [],
    },
    answer: answerRetriedOnce(),
    deeds: [
      ...numbers.flatMap((n) => [
        raiseBudget(20 + n * 10),
        act(`lose the supervisor ${n}`, loseSupervisor),
        act(`reconcile ${n}`, reconcileNow),
        ...beside(n, [
          act(`ask about pauses ${n}`, (lane) =>
            askDirectly(lane, 'outlastPause', { epicId: `trouble-${run}`, since: new Date().toISOString() }),
          ),
          act(`ask the host ${n}`, (lane) => askDirectly(lane, 'hostStatus', { host: 'gone' })),
          act(`leave a line ${n}`, (lane) => askDirectly(lane, 'leaveTurn', NOBODYS_TURN)),
          act(`look whether the base was rewritten ${n}`, takeOverNothing),
          act(`look at the forge ${n}`, (lane) => askDirectly(lane, 'pollForge', {})),
          actOnPullRequest(`answer on a pull request ${n}`, 'answerFeedback', {
            ...{ feedbackId: `comment-${n}`, key: `answer-${n}`, body: 'In a commit' },
          }),
          actOnPullRequest(`read the checks ${n}`, 'readChecks', { headSha: 'any', required: [] }),
          actOnPullRequest(`run checks again ${n}`, 'rerunChecks', { headSha: 'any', required: [] }),
          actOnIssue(`skip an issue ${n}`, 'takeIssue', (issueId) => ({ issueId })),
          actOnIssue(`look for issues ${n}`, 'pollTracker', () => ({})),
          actOnIssue(`read an issue ${n}`, 'readIssue', (sourceId) => ({ epicId: 'nobody', sourceId, words: [] })),
          actOnIssue(`tell an issue ${n}`, 'tellIssue', (sourceId) => ({
            ...{ epicId: 'nobody', sourceId, word: { key: `word-${n}`, kind: 'comment', body: `Word ${n}` } },
          })),
          act(`hear people ${n}`, (lane) =>
            askDirectly(lane, 'hearPeople', {
              epicId: 'nobody',
              said: [{ id: `said-${n}`, by: 'the suite', text: 'x', to: { kind: 'word', recipient: 'epic' } }],
            }),
          ),
          act(`take words back ${n}`, (lane) => askDirectly(lane, 'takeBackUnheard', { epicId: 'nobody', ids: ['x'] })),
          actOnPullRequest(`close a merged pull request ${n}`, 'closePullRequest', { comment: 'it is merged' }),
        ]),
      ]),
      ...back.map(confuse),
      ...back.map(interrupt),
      ...back.map(rewind),
      // The last deed: the epic goes on to its end from here.
      {
        name: 'cancel the endless task',
        when: (epic) => isIn(epic, 'fine', 'COMPLETED') && isIn(epic, 'endless', 'IN_PROGRESS'),
        act: (lane, id) => say(lane, `/tasks/${id}.endless/cancel`, {}),
      },
    ],
    ends: 'COMPLETED',
    tasks: {
      ...Object.fromEntries(['fine', ...guarded, ...back].map((key) => [key, 'COMPLETED'])),
      ...Object.fromEntries([...lost, 'endless'].map((key) => [key, 'CANCELLED'])),
    },
    lines: ['fine', ...guarded, ...back],
  };
  const moved = numbers.map((number) => movedByHand(`hand-${number}-${run}`));
  return [trouble, ...moved, ...dropped];
}

export const task = (key: string, ...dependsOn: string[]) => ({
  ...{ key, title: `Do ${key}`, dependsOn },
  acceptance: ['It is written down'],
});

export const pair = (id: string): SuiteEpic => ({
  id,
  body: { title: TITLES.pair, tasks: [task('one'), task('two')], requireApproval: ['merge'] },
  answer: approveAll,
  ends: 'COMPLETED',
  tasks: { one: 'COMPLETED', two: 'COMPLETED' },
  lines: ['one', 'two', 'edited'],
});

/** The first merge that is asked about is rejected, and the change is asked for. */
function answerRejectedOnce(): NonNullable<SuiteEpic['answer']> {
  let rejected: string | undefined;
  return ({ kind, requestId }) => {
    if (kind === 'question') return { decision: 'change', answer: 'Say it again' };
    if (kind !== 'merge') return undefined;
    rejected ??= requestId;
    return requestId === rejected ? { decision: 'reject', comment: 'Not yet' } : { decision: 'approve' };
  };
}

/** Each task that failed is tried once more, then left out, as a cancelled one is at once; what can be approved is. */
function answerRetriedOnce(): NonNullable<SuiteEpic['answer']> {
  const retried = new Map<string | null, string>();
  return (request) => {
    const { kind, requestId, taskKey } = request;
    if (kind !== 'failed-task') return approveAll(request);
    if (taskKey?.startsWith('lost') && !retried.has(taskKey)) retried.set(taskKey, requestId);
    return { decision: retried.get(taskKey) === requestId ? 'retry' : 'skip' };
  };
}

const isIn = ({ tasks }: EpicNow, key: string, state: string) =>
  tasks.some((one) => one.key === key && one.state === state);
const hasStarted = ({ tasks }: EpicNow) => tasks.length > 0;
const act = (name: string, deed: (lane: Lane) => Promise<unknown>): Deed => ({ name, when: hasStarted, act: deed });
/** Each deed runs one activity; when they die together, the server notices all of them at once. */
const beside = (round: number, deeds: readonly Deed[]): Deed[] => deeds.map((deed) => ({ ...deed, beside: round }));

/** On the pull request of a task that is merged by then, which nothing may change any more. */
const actOnPullRequest = (name: string, activity: string, more: object): Deed => ({
  name,
  when: (epic) => isIn(epic, 'fine', 'COMPLETED'),
  act: async (lane, id) => {
    const query = lane.db.selectFrom('forge_pull_requests').select(['repository', 'number']);
    const pullRequest = await query.where('head', '=', `factory/${id}/fine`).executeTakeFirstOrThrow();
    return askDirectly(lane, activity, { ...pullRequest, ...more });
  },
});

/** On an issue of a team that the factory does not build for, so that no epic of the suite's comes of it. */
const actOnIssue = (name: string, activity: string, input: (issueId: string) => object): Deed =>
  act(name, (lane) => {
    const { store } = lane.linear;
    const issue = [...store.issues.values()][0] ?? store.addIssue({ team: 'OPS', labels: ['factory'] });
    return askDirectly(lane, activity, input(issue.id));
  });

const raiseBudget = (capUsd: number): Deed => ({
  name: `raise the budget to ${capUsd}`,
  when: hasStarted,
  act: async ({ api }, id) => {
    const { response, error } = await api.PUT('/epics/{id}/budget', {
      params: { path: { id } },
      body: { capUsd, by: 'the suite' },
      signal: AbortSignal.timeout(10_000),
    });
    // A soak may have raised it further before, and this is refused for good.
    if (response.status !== 200 && error?.error.code !== 'CapIsHigher') throw new Error('not yet');
  },
});

/** What its Worker does not know is a line of the log, told alone: nothing else comes of it. */
const confuse = (key: string): Deed => ({
  name: `confuse the Worker of ${key}`,
  when: (epic) => isIn(epic, key, 'IN_PROGRESS'),
  act: (lane, id) => lane.temporal.workflow.getHandle(`agent-${id}.${key}.implement.1`).signal('unheard-of'),
});

/** Ends the command that its Worker is stuck in, whose turn has its checkpoint by an activity of its own then. */
const interrupt = (key: string): Deed => ({
  name: `interrupt ${key}`,
  when: (epic) => isIn(epic, key, 'IN_PROGRESS'),
  act: async (lane, id) => {
    const agent = lane.temporal.workflow.getHandle(`agent-${id}.${key}.implement.1`);
    const { turn, phase } = await askStatus<{ turn: number; phase: string }>(agent);
    if (turn > 3) return;
    // Never a model call, which would be paid twice.
    if (turn < 3 || !phase.startsWith('bash')) throw new Error('not yet');
    await say(lane, `/tasks/${id}.${key}/interrupt`, {});
  },
});

/** Until it changes something: before its turn has ended there is nothing to go back from. */
const rewind = (key: string): Deed => ({
  name: `take ${key} back`,
  when: (epic) => isIn(epic, key, 'IN_PROGRESS'),
  act: async (lane, id) => {
    const { changed } = (await say(lane, `/tasks/${id}.${key}/rewind`, { turn: 1 })) as { changed: boolean };
    if (!changed) throw new Error('not yet');
  },
});

async function say({ config }: Lane, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${config.apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'the suite', ...body }),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 200) throw new Error('not yet');
  return response.json();
}

const reconcileNow = ({ temporal }: Lane) =>
  temporal.workflow.execute('reconcileWorkflow', {
    taskQueue: 'factory',
    workflowId: `reconcile-now-${crypto.randomUUID()}`,
    workflowTaskTimeout: '5 seconds',
  });

/** The supervisor is terminated; whoever has a word for it next starts another, whose first act lists the open epics. */
async function loseSupervisor({ temporal }: Lane): Promise<void> {
  const supervisor = temporal.workflow.getHandle('supervisor');
  await supervisor.terminate('lost').catch(() => undefined);
  await temporal.workflow.signalWithStart('supervisorWorkflow', {
    workflowId: 'supervisor',
    taskQueue: 'factory',
    workflowTaskTimeout: '5 seconds',
    args: [],
    signal: 'releaseAdmission',
    signalArgs: [{ epicId: 'nobody' }],
  });
  const hasListed = async () => (await askStatus<{ limit: number }>(supervisor)).limit > 0;
  await waitFor(hasListed, { timeoutMs: 25_000, intervalMs: 100, what: 'a new supervisor' });
}

/** All epics have the one base branch, so none of them can see it rewritten: the activity finds nothing to do. */
const NOBODYS_TURN = { repository: 'work', branch: 'main', member: 'epic-nobody', ticket: 'none' };

async function takeOverNothing(lane: Lane): Promise<unknown> {
  const { name: host } = await lane.db.selectFrom('hosts').select('name').executeTakeFirstOrThrow();
  const sha = await lane.repository.git('rev-list', '--max-parents=0', 'main');
  const at = { epicId: 'nobody', repository: 'work', branch: 'main', base: { branch: 'main', sha } };
  return askDirectly(lane, 'takeOverEpicBranch', { ...at, placement: { host, epoch: 1 } }, hostQueue(host));
}

/** For an activity that workflows call in rare cases only. */
const askDirectly = ({ temporal }: Lane, name: string, input: unknown, taskQueue = 'factory') =>
  temporal.activity.execute(name, {
    id: `${name}-${crypto.randomUUID()}`,
    taskQueue,
    args: [input],
    startToCloseTimeout: '20 seconds',
    heartbeatTimeout: '5 seconds',
    retry: { initialInterval: '500 ms' },
  });
