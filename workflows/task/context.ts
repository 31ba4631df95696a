/** A task's execution: its state, its messages and how it tells of itself. */
import { condition, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import { z } from 'zod';
import { onHost, records } from '../activities.ts';
import { sendAdopted } from '../adopted-policy.ts';
import { createRequests } from '../ask-person.ts';
import { Person, pauseSignal, resumeSignal } from '../contract/epic.ts';
import { Interrupt, interruptSignal } from '../contract/interrupt.ts';
import type { TaskView } from '../contract/records.ts';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.ts';
import type { TaskState } from '../contract/states.ts';
import { parkSignal, Rewind, rewindSignal, type TaskWorkflowInput, taskStatusQuery } from '../contract/task.ts';
import { failureType } from '../failure.ts';
import { createHandlers } from '../handlers.ts';
import { type HostWork, leaveHost, releaseHost, runOnHost } from '../host.ts';
import { createHostDepartures } from '../host-departures.ts';
import { createTurn, type Turn } from '../line/turn.ts';
import { createPausePoint } from '../pause.ts';
import { closePullRequest } from '../pull-request/close.ts';
import { setPullRequest } from '../pull-request/state.ts';
import { watchPullRequest } from '../pull-request/watch.ts';
import { replyInterrupted } from '../reply-interrupted.ts';
import { createRunEnd, mustDrain } from '../run-end.ts';
import { createStatus, type End } from '../status.ts';
import { createCommentsAtWork } from './comments-at-work.ts';
import { followPolicy } from './follow-policy.ts';
import { detachedName } from './placement-state.ts';
import type { TaskData } from './state.ts';
import { setStatus, wantRewind } from './status-state.ts';
import { taskDetails } from './web-ui-details.ts';

/** Registers the handlers and tells of the task for the first time; call before the first await. */
export function openTask(input: TaskWorkflowInput, data: TaskData) {
  const { workflowId } = workflowInfo();
  const runEnd = createRunEnd();
  let agentWorkflowId: string | undefined;

  const view = (end: End): Omit<TaskView, 'version'> => ({
    epicId: input.epicId,
    taskKey: input.task.key,
    ...data.status,
    attempt: data.attempt,
    rounds: data.rounds,
    submissions: data.submissions,
    startedAt: data.startedAt,
    ...end,
    ...(data.placement === undefined ? {} : { placement: data.placement }),
    ...(data.branch === undefined ? {} : { branch: data.branch }),
    ...(data.worktree === undefined ? {} : { worktree: data.worktree }),
    ...(data.pullRequest === undefined ? {} : { pullRequest: data.pullRequest }),
  });
  const status = createStatus<TaskState, TaskView>({
    name: 'recordTask',
    epicId: input.epicId,
    taskKey: input.task.key,
    ignored: data.ignored,
    view,
    standing: () => data.status,
    stand: (now) => setStatus(data, now),
    details: (end) => taskDetails(input.task, view(end)),
    attributes: () => [
      { key: SEARCH_ATTRIBUTES.state, value: data.status.state },
      // What an attempt works at is for screens: histories from before have one word for all of it.
      { key: SEARCH_ATTRIBUTES.phase, value: data.status.phase.replace(/^(attempt \d+) .*/, '$1 works') },
      { key: SEARCH_ATTRIBUTES.repository, value: input.settings.repository },
    ],
    write: (record) => records.recordTask('record', record),
  });

  const say = status.logFailure;
  const handlers = createHandlers((line, reason) => status.ignore('factory', line, reason));
  const departures = createHostDepartures();
  departures.listen(handlers);

  const watch = watchPullRequest(handlers, {
    known: () => data.pullRequest,
    repository: () => input.settings.repository,
    memory: data.memory,
  });
  const task = {
    input,
    data,
    /** The one task of its epic, whose pull request is the one that a person approves. */
    isSingle: input.only,
    workflowId,
    runEnd,
    ...status,
    paused: input.paused,
    /** Its pull request is being merged: whether it was must be known before anything else happens. */
    isMerging: false,
    /** Its Worker's round, or what it made of it, is on its way into a commit. */
    isImplementing: false,
    requests: createRequests(input.epicId, handlers, runEnd),
    departures,
    watch,
    commentsAtWork: createCommentsAtWork({ input, data, watch, isAtWork: (): boolean => task.isImplementing, say }),
    /** Its place in the line to its target branch. */
    turn: createTurn(handlers, {
      data,
      runEnd,
      target: () => ({
        repository: input.settings.repository,
        branch: input.targetBranch,
        priority: input.priority ?? 0,
        ...mergingOf(input, data),
      }),
    }),
    setPaused(paused: boolean): void {
      if (task.paused === paused) return;
      task.paused = paused;
      passPauseOn();
    },

    /** The agent that runs now, which pauses with us; it may have been paused or resumed while it was started. */
    adoptAgent(workflowId: string, paused: boolean): void {
      agentWorkflowId = workflowId;
      if (task.paused !== paused) passPauseOn();
      if (mustEnd()) passParkOn();
    },

    dismissAgent(): void {
      agentWorkflowId = undefined;
    },

    pausePoint: createPausePoint<TaskState>({
      ...{ runEnd, reason: 'the epic is paused', standing: () => data.status, tell: status.tell },
      isPaused: (): boolean => task.paused,
      turn: (): Turn => task.turn,
      keepsHold: true,
    }),

    /** Work on the task's host; `data.placement` is set by then. */
    onHost<T>(work: HostWork<T>, activitiesOf = onHost): Promise<T> {
      const { placement } = data;
      if (placement === undefined) throw new Error('The task has no host yet');
      const onBusy = (busy: boolean) => {
        const why = {
          kind: 'host',
          reason: `host ${placement.host} is busy`,
          since: new Date().toISOString(),
        } as const;
        if (busy) task.setHold(why);
        else if (data.status.hold?.kind === 'host') task.setHold(undefined);
      };
      return runOnHost(placement, work, { onBusy, activitiesOf, departures });
    },

    /** It leaves its host and the last record is written; awaited before the run closes. */
    async close(final: TaskState, error?: unknown): Promise<void> {
      const [done, why] = doneWords(data);
      status.end(final, { done, failedAs: 'TaskFailed', error });
      // With a base that was rewritten, its next life goes back.
      if (data.rewind !== undefined && failureType(error) !== 'BaseRewritten') {
        task.logLine({
          actor: 'factory',
          kind: 'refusal',
          decision: `${input.task.key} did not go back to turn ${data.rewind.turn}`,
          reason: 'it has ended',
        });
      }
      status.logEnd(input.task.key, final, { error, why });
      await status.close(async () => {
        if (data.placement === undefined) await releaseHost(workflowId);
        else await leaveHost(data.placement, leaving(final), { departures, say });
        if (final === 'CANCELLED' && data.pullRequest !== undefined) {
          const comment = `Task ${input.task.key} was cancelled, so this is not going to be merged.`;
          const { repository } = input.settings;
          setPullRequest(data, await closePullRequest(data.pullRequest, { repository, comment, say }));
        }
        await task.turn.leave();
      });
    },
  };
  // Signals that came with the first workflow task are handed out here, so the task must be whole.
  handlers.onSignal(pauseSignal, Person, () => task.setPaused(true));
  handlers.onSignal(resumeSignal, Person, () => task.setPaused(false));
  handlers.onSignal(parkSignal, z.object({}), runEnd.park);
  handlers.onSignal(interruptSignal, Interrupt, passInterruptOn);
  followPolicy(task, handlers, () =>
    agentWorkflowId === undefined ? undefined : sendAdopted(agentWorkflowId, input.settings),
  );
  handlers.onSignal(rewindSignal, Rewind, (wish) => void wantRewind(data, wish));
  handlers.onQuery(taskStatusQuery, () => ({ ...status.view(), paused: task.paused }));
  handlers.ignoreOthers();
  task.commentsAtWork.begin();
  status.publish();
  condition(mustEnd)
    .then(passParkOn)
    .catch(() => undefined);
  return task;

  /**
   * Merged work is on the forge, so its worktree goes unless it holds anything else; any other stays with its work. That of
   * a review is never of value.
   */
  function leaving(final: TaskState) {
    const { epicId, settings } = input;
    const { repository } = settings;
    const { key: name } = input.task;
    const own = final === 'COMPLETED' ? { worktree: { name, repository, discard: false } } : {};
    const reviewed = data.hasReviewWorktree === true;
    const detached = reviewed ? { detached: { name: detachedName(name, 'review'), repository } } : {};
    return { epicId, taskKey: name, holder: workflowId, ...own, ...detached };
  }

  function mustEnd(): boolean {
    return runEnd.isParkWanted() || mustDrain();
  }

  /** The agent replies what it met; without one nothing of an agent runs. */
  function passInterruptOn(wish: Interrupt): void {
    const { interruptId } = wish;
    const nothing = () => replyInterrupted(input.epicId, { interruptId, taskKey: input.task.key });
    if (agentWorkflowId === undefined) nothing();
    else getExternalWorkflowHandle(agentWorkflowId).signal(interruptSignal, wish).catch(nothing);
  }

  /** An open agent keeps the run from ending: it closes after the step that it is in. */
  function passParkOn(): void {
    if (agentWorkflowId === undefined) return;
    getExternalWorkflowHandle(agentWorkflowId)
      .signal(parkSignal, {})
      .catch(() => undefined);
  }

  function passPauseOn(): void {
    if (agentWorkflowId === undefined) return;
    const agent = getExternalWorkflowHandle(agentWorkflowId);
    // The agent may have closed in the meantime; its next run starts with our state.
    agent.signal(task.paused ? pauseSignal : resumeSignal, {}).catch(() => undefined);
  }
}

/** Its branch as it is handed in. */
function mergingOf({ epicId, task, settings }: TaskWorkflowInput, { branch, pullRequest }: TaskData) {
  if (branch === undefined || pullRequest === undefined) return {};
  const { policyHash } = settings;
  return { merging: { epicId, taskKey: task.key, branch, headSha: pullRequest.headSha, policyHash } };
}

export type Task = ReturnType<typeof openTask>;

/** Phase and reason of a task that is done. */
const doneWords = ({ nothingToDo }: TaskData): [phase: string, reason: string] =>
  nothingToDo === undefined
    ? ['merged', 'its pull request was merged']
    : [`nothing to do: ${nothingToDo.slice(0, 200)}`, 'what it asks for is there already'];

/** What every host activity of a task needs; throws before the task is placed. */
export function where(task: Task) {
  const { placement, worktree, branch } = task.data;
  if (placement === undefined || worktree === undefined || branch === undefined) {
    throw new Error('The task has no worktree yet');
  }
  const { epicId, settings } = task.input;
  return { epicId, taskKey: task.input.task.key, repository: settings.repository, placement, worktree, branch };
}
