/**
 * How ids of epics, tasks and agents relate to workflow ids.
 * epic `abc` = workflow `epic-abc`; task `abc.schema` = workflow `epic-abc/task-schema`;
 * agent `abc.schema.implement.1` = workflow `agent-abc.schema.implement.1`, and its transcript has the agent's id.
 */
import { z } from 'zod';
import type { Purpose } from './states.ts';

export const EPIC_WORKFLOW_PREFIX = 'epic-';

export const EpicId = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/,
    'an epic id is 1 to 60 of a-z, 0-9 and "-", and starts and ends with a letter or digit',
  );

const RESERVED_TASK_KEYS: ReadonlySet<string> = new Set(['epic', 'result']);

export const TaskKey = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/,
    'a task key is 1 to 40 of a-z, 0-9 and "-", and starts and ends with a letter or digit',
  )
  .refine((key) => !RESERVED_TASK_KEYS.has(key), 'the keys "epic" and "result" are reserved');

/** An issue such as ENG-12 is the epic `linear-eng-12`; undefined for names that would not survive that. */
export function epicIdOfIssue(tracker: string, identifier: string): string | undefined {
  const readable = identifier.toLowerCase();
  const survives = identifier === readable || identifier === identifier.toUpperCase();
  const id = `${tracker}-${readable}`;
  return survives && !identifier.includes('--') && EpicId.safeParse(id).success ? id : undefined;
}

export const epicWorkflowId = (epicId: string): string => `${EPIC_WORKFLOW_PREFIX}${epicId}`;
export const taskId = (epicId: string, taskKey: string): string => `${epicId}.${taskKey}`;
export const taskWorkflowId = (epicId: string, taskKey: string): string => `epic-${epicId}/task-${taskKey}`;
export const agentWorkflowId = (agentId: string): string => `agent-${agentId}`;

/** Tells the workflow ids of one task and its agents from all others. */
export const isPartOf =
  (epicId: string, taskKey: string) =>
  (workflowId: string): boolean =>
    workflowId === taskWorkflowId(epicId, taskKey) || workflowId.startsWith(`agent-${taskId(epicId, taskKey)}.`);

/** `taskKey` is left out for agents that serve the epic itself. Review agents are numbered by submission. */
export function agentId(epicId: string, taskKey: string | undefined, purpose: Purpose, attempt: number): string {
  return `${epicId}.${taskKey ?? 'epic'}.${purpose}.${attempt}`;
}

/** Splits `abc.schema` into its parts; epic ids and task keys contain no dot. */
export function parseTaskId(id: string): { epicId: string; taskKey: string } | undefined {
  const [epicId, taskKey, ...rest] = id.split('.');
  return epicId && taskKey && rest.length === 0 ? { epicId, taskKey } : undefined;
}

/** The workflow whose pull request comes from this branch; undefined for branches that are not the factory's. */
export function ownerOfBranch(branch: string): string | undefined {
  const [factory, epicId, name, ...rest] = branch.split('/');
  if (factory !== 'factory' || rest.length > 0 || !EpicId.safeParse(epicId).success) return undefined;
  if (name === 'epic') return epicWorkflowId(epicId ?? '');
  return TaskKey.safeParse(name).success ? taskWorkflowId(epicId ?? '', name ?? '') : undefined;
}
