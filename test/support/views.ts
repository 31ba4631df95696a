/** Views as workflows write them, small and whole; a test says only what it is about. */
import { EpicInput } from '../../workflows/contract/epic.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import type {
  AgentView,
  EpicView,
  HumanRequestView,
  PlannedTaskView,
  TaskView,
} from '../../workflows/contract/records.ts';

const START = '2026-01-01T00:00:00.000Z';
export const SHA = 'a'.repeat(40);

export function epicView(epicId: string, version: number, rest: Partial<EpicView> = {}): EpicView {
  return {
    epicId,
    version,
    input: EpicInput.parse({ title: `The epic ${epicId}`, repository: 'example' }),
    state: 'IN_PROGRESS',
    phase: 'tasks',
    paused: false,
    admitted: true,
    tasks: [],
    requests: [],
    startedAt: START,
    ...rest,
  };
}

export function plannedTask(key: string, position: number, rest: Partial<PlannedTaskView> = {}): PlannedTaskView {
  const dependsOn = position === 0 ? [] : ['first'];
  return { task: TaskInput.parse({ key, title: `Do ${key}`, dependsOn }), position, ...rest };
}

export function taskView(epicId: string, taskKey: string, version: number, rest: Partial<TaskView> = {}): TaskView {
  return {
    epicId,
    taskKey,
    version,
    state: 'IN_PROGRESS',
    phase: 'implement',
    attempt: 1,
    rounds: { verification: 0, review: 0, checks: 0, conflict: 0 },
    submissions: [],
    startedAt: START,
    ...rest,
  };
}

export function agentView(agentId: string, version: number, rest: Partial<AgentView> = {}): AgentView {
  const [epicId = '', taskKey = 'epic'] = agentId.split('.');
  return {
    agentId,
    epicId,
    ...(taskKey === 'epic' ? {} : { taskKey }),
    purpose: 'implement',
    attempt: 1,
    model: 'scripted',
    version,
    state: 'BUSY',
    phase: 'turn',
    turn: version,
    startedAt: START,
    ...rest,
  };
}

export function humanRequest(requestId: string, rest: Partial<HumanRequestView> = {}): HumanRequestView {
  return {
    requestId,
    kind: 'merge',
    question: 'Merge it?',
    options: ['approve', 'reject'],
    state: 'open',
    askedAt: START,
    ...rest,
  };
}

export function pullRequest(number: number, rest: Partial<PullRequestView> = {}): PullRequestView {
  return {
    number,
    url: `http://forge/${number}`,
    title: `Pull request ${number}`,
    head: 'factory/e/first',
    base: 'main',
    headSha: SHA,
    state: 'open',
    ...rest,
  };
}
