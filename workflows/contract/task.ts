/** What a task workflow is given, what it answers, and what its epic says to it. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import type { Brief, Delivered } from './brief.ts';
import type { ApprovedChange, IgnoredFiles } from './change.ts';
import type { TaskInput } from './plan.ts';
import type { PastReview } from './review.ts';
import type { EpicSettings } from './settings.ts';

export interface TaskWorkflowInput {
  readonly epicId: string;
  readonly epicTitle: string;
  readonly task: TaskInput;
  readonly settings: EpicSettings;
  /** The branch that the task's pull request goes into: the epic's, or the base branch in an epic of one task. */
  readonly targetBranch: string;
  /** An epic of one task: its pull request is the one that a person approves. In code `isSingle`; histories have this name. */
  readonly only: boolean;
  /** The commit of the base branch that the epic is built on. */
  readonly baseSha?: string;
  readonly paused: boolean;
  /** The epic's. */
  readonly priority?: number;
  /** It had a life before, which may have come as far as a merge. */
  readonly again?: boolean;
  /** What a person asked for when the task was sent back to its Worker after a rejected merge. */
  readonly feedback?: string;
  /** What the Supervisor agent advised when it sent the task back. */
  readonly guidance?: string;
  /** What people said on its pull request that an earlier life of it took up, by id. */
  readonly heard?: readonly string[];
  /** The state that its former life left to this one. */
  readonly former?: FormerLife;
  /** Where a person takes it back to before it does anything else. */
  readonly rewind?: Rewind;
  /** Values that look like secrets and that a person allowed in the epic, by hash. */
  readonly allowedSecrets?: readonly string[];
  /** What the tasks that it depends on have merged. */
  readonly delivered?: readonly Delivered[];
}

/** The state that a life of the task, which failed, leaves to the next one. */
export interface FormerLife {
  /** Why it ended. */
  readonly ended: string;
  /** Reasons why its attempts ended or were sent back, oldest first. */
  readonly tried: readonly string[];
  /** The round that its last Worker did not get done. */
  readonly open?: Brief;
  /** The change that a review approved, and checks were green for. */
  readonly approved?: ApprovedChange;
  /** Hashes of the findings that a person allowed. */
  readonly allowed: readonly string[];
  /** Reviews that asked for changes. */
  readonly reviews?: readonly PastReview[];
  /** The highest number that an attempt has had. */
  readonly attempts?: number;
  /** The newest commit of the target branch that its work holds. */
  readonly baseSha?: string;
  /** Where the forge may still have its branch with the work as it was before the base was rewritten. */
  readonly replaces?: string;
  /** Where a person took it back to, before it got there. */
  readonly rewind?: Rewind;
  /** The Worker's summary of its work, all of which was handed in when the base was rewritten. */
  readonly handedIn?: string;
}

/** A task closes with this; a failure is thrown as TaskFailed and asks a person through the epic. */
export type TaskResult = MergedTask | NeedlessTask;

export interface MergedTask {
  readonly pullRequest: number;
  readonly mergedSha: string;
  /** The merge holds another tree than the one that was verified. */
  readonly isOther?: true;
  /** What the Worker said of it, cut. */
  readonly summary?: string;
  /** What its Worker left on its host, and no commit has. */
  readonly ignoredFiles?: IgnoredFiles;
  /** New files that no one asked for and came with it, a line for each kind. */
  readonly left?: readonly string[];
  /** Acceptance criteria that its review could not check. */
  readonly unchecked?: readonly string[];
}

/** What it asks for is there already, as its checks and a reviewer say too. */
export interface NeedlessTask {
  readonly nothingToDo: string;
  /** Acceptance criteria that its review could not check. */
  readonly unchecked?: readonly string[];
}

/** From the epic: the answer to a human request; idempotent by requestId. */
export const PersonAnswered = z.object({
  requestId: z.string().min(1),
  decision: z.string(),
  answer: z.string().optional(),
  by: z.string(),
  comment: z.string().optional(),
  headSha: z.string().optional(),
  /** When it was given. */
  at: z.string().optional(),
});
export type PersonAnswered = z.infer<typeof PersonAnswered>;
export const personAnsweredSignal = defineSignal<[unknown?]>('personAnswered');

/** From the epic: it withdrew the question; a workflow that still waits for the answer asks again. */
export const QuestionWithdrawn = z.object({ requestId: z.string().min(1) });
export const questionWithdrawnSignal = defineSignal<[unknown?]>('questionWithdrawn');

/** From the epic: a person takes the task back to an earlier turn; idempotent by rewindId. */
export const Rewind = z.object({
  rewindId: z.string().min(1),
  /** The transcript that the turn was taken in, and the turn. */
  transcript: z.string().min(1),
  turn: z.number().int().positive(),
  by: z.string(),
  comment: z.string().optional(),
});
export type Rewind = z.infer<typeof Rewind>;
export const rewindSignal = defineSignal<[unknown?]>('rewind');

/**
 * From a parent whose run must end: close with what you know as soon as a step is done, to be started again with that. A
 * run with open children cannot continue as new.
 */
export const parkSignal = defineSignal<[unknown?]>('park');

export const taskStatusQuery = defineQuery<unknown>('status');
