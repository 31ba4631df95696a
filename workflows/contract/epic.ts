/**
 * What people and workflows say to an epic: one schema a message, shared with the API. A field that nobody knows is
 * refused by name: a misspelled one would be left out without a word.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { z } from 'zod';
import { BranchName } from './branch.ts';
import { budgetTokens, budgetUsd, Cap } from './budget.ts';
import { EpicId, TaskKey } from './ids.ts';
import { Plan, TaskInput } from './plan.ts';
import { ApprovalKind, OverlapChoice } from './settings.ts';
import { RequestKind } from './states.ts';
import { titleOf } from './title.ts';

/** The input of epicWorkflow. Everything but the title has a default that an activity reads from the Config. */
export const EpicInput = z.strictObject({
  title: titleOf('the epic'),
  description: z.string().max(100_000).default(''),
  /** 0 is no priority, 1 the most urgent, 4 the least: Linear's scale. */
  priority: z.number().int().min(0).max(4).default(0),
  /** The name of a configured repository; the only one by default. */
  repository: z.string().min(1).optional(),
  baseBranch: BranchName.optional(),
  /** Given, the epic skips planning. */
  tasks: Plan.optional(),
  budgetUsd: budgetUsd.optional(),
  /** Read and written, cached or not. */
  budgetTokens: budgetTokens.optional(),
  concurrency: z.number().int().min(1).max(50).optional(),
  requireApproval: z.array(ApprovalKind).optional(),
  /** What becomes of tasks that will likely touch the same files; as configured without it. */
  overlaps: OverlapChoice.optional(),
  /** Where the epic came from, so that the tracker can be told. */
  source: z
    .strictObject({ tracker: z.literal('linear'), id: z.string().min(1).max(200), url: z.url().optional() })
    .optional(),
});
export type EpicInput = z.infer<typeof EpicInput>;

const by = z.string().trim().min(1).max(200).default('unknown');
const comment = z.string().max(10_000).optional();
const Sha = z.string().regex(/^[0-9a-f]{40}$/, 'a commit is named by its 40 hexadecimal digits');

/** approve and reject, as signals. Without requestId they mean the one open request that can be approved. */
export const Verdict = z.strictObject({
  by,
  comment,
  requestId: z.string().min(1).optional(),
  headSha: Sha.optional(),
});
export type Verdict = z.infer<typeof Verdict>;

/** Revisions count from 1; 0 is the plan of an epic that was planned before there were any. */
const revision = z.number().int().min(0).max(1_000_000);

/** Whether the later of two tasks that will likely touch the same files waits for the earlier. */
const inSequence = z.boolean().optional();

/** A plan that a person has changed, and the revision that they had before them. */
const EditedPlan = z.strictObject({ revision, tasks: Plan, inSequence });

/** An answer to any human request. `decision` is one of the request's options. */
export const Response = z.strictObject({
  requestId: z.string().min(1).max(300),
  decision: z.string().trim().min(1).max(40),
  /** Free text for questions; the new cap for a budget request, in its unit. */
  answer: z.string().max(10_000).optional(),
  by,
  comment,
  headSha: Sha.optional(),
  /** Approves the plan as it is here; for the approval of a plan only. */
  plan: EditedPlan.optional(),
});
export type Response = z.infer<typeof Response>;

export const TaskMessage = z.strictObject({ taskKey: TaskKey, by, comment });
export type TaskMessage = z.infer<typeof TaskMessage>;
/** `turn` is one of the task's present Worker whose files were kept: the task goes on as if it had just taken it. */
export const RewindTask = TaskMessage.extend({
  turn: z.number().int().positive({ error: 'turns are counted from 1' }).max(1_000_000),
});
export type RewindTask = z.infer<typeof RewindTask>;
export const AddTask = z.strictObject({ task: TaskInput, by });
export type AddTask = z.infer<typeof AddTask>;
/**
 * The plan of a running epic from now on: `tasks` are those that have not started, so that one which is left out is
 * dropped. `revision` is the one that the person had before them; a newer one refuses it.
 */
export const RevisePlan = z.strictObject({ revision, tasks: z.array(TaskInput).max(100), inSequence, by, comment });
export type RevisePlan = z.infer<typeof RevisePlan>;
/** New caps of the epic or, with `taskKey`, of a task; not differences, so that sending it twice is harmless. */
export const RaiseBudget = z
  .strictObject({ capUsd: budgetUsd.optional(), capTokens: budgetTokens.optional(), taskKey: TaskKey.optional(), by })
  .refine(({ capUsd, capTokens }) => capUsd !== undefined || capTokens !== undefined, {
    path: ['capUsd'],
    message: 'give the new cap: capUsd, capTokens or both',
  });
export type RaiseBudget = z.infer<typeof RaiseBudget>;
export const Person = z.strictObject({ by, comment });
export type Person = z.infer<typeof Person>;

/** What an update answers: the state after it, and whether it changed anything. */
export interface Acknowledgement {
  readonly changed: boolean;
  readonly message: string;
}

export const done = (message: string): Acknowledgement => ({ changed: true, message });
export const already = (message: string): Acknowledgement => ({ changed: false, message });

export const respondUpdate = defineUpdate<Acknowledgement, [unknown?]>('respond');
export const cancelTaskUpdate = defineUpdate<Acknowledgement, [unknown?]>('cancelTask');
export const retryTaskUpdate = defineUpdate<Acknowledgement, [unknown?]>('retryTask');
export const skipTaskUpdate = defineUpdate<Acknowledgement, [unknown?]>('skipTask');
export const rewindTaskUpdate = defineUpdate<Acknowledgement, [unknown?]>('rewindTask');
/** What an agent of the task, or any of the epic's, does right now is ended; it goes on with its next turn. */
export const interruptTaskUpdate = defineUpdate<Acknowledgement, [unknown?]>('interruptTask');
export const interruptUpdate = defineUpdate<Acknowledgement, [unknown?]>('interrupt');
export const addTaskUpdate = defineUpdate<Acknowledgement, [unknown?]>('addTask');
export const revisePlanUpdate = defineUpdate<Acknowledgement, [unknown?]>('revisePlan');
export const raiseBudgetUpdate = defineUpdate<Acknowledgement, [unknown?]>('raiseBudget');
export const pauseUpdate = defineUpdate<Acknowledgement, [unknown?]>('pause');
export const resumeUpdate = defineUpdate<Acknowledgement, [unknown?]>('resume');

export const approveSignal = defineSignal<[unknown?]>('approve');
export const rejectSignal = defineSignal<[unknown?]>('reject');
export const pauseSignal = defineSignal<[unknown?]>('pause');
export const resumeSignal = defineSignal<[unknown?]>('resume');

/** Where the epic stands: an EpicView, for debugging. */
export const epicStatusQuery = defineQuery<unknown>('status');

/** From the supervisor: the epic may start. */
export const admittedSignal = defineSignal<[unknown?]>('admitted');
/** From the supervisor: how an escalation was settled. */
export const settledSignal = defineSignal<[unknown?]>('settled');

/** From the reconciler: nothing of the epic has moved since then. Idempotent while it is looked at. */
export const Stalled = z.object({ since: z.iso.datetime() });
export const stalledSignal = defineSignal<[unknown?]>('stalled');

/** From a task or agent: a question for a person; idempotent by requestId. */
export const AskPerson = z.object({
  requestId: z.string().min(1),
  kind: RequestKind,
  question: z.string(),
  options: z.array(z.string()).min(1),
  taskKey: TaskKey.optional(),
  pullRequest: z.number().int().optional(),
  headSha: Sha.optional(),
  /** The branch that the commit is to go into, where no pull request says so yet. */
  base: z.string().optional(),
  /** The cap that is used up, for a budget request: in micro-USD of the epic, or any other. */
  capMicroUsd: z.number().int().optional(),
  cap: Cap.optional(),
  /**
   * All of the epic that ask under this name are asked as one. A decision counts for whoever asks later too, but for
   * `retry`, which is only news to those whose own look goes back to before it.
   */
  shared: z.object({ name: z.string().min(1), since: z.string() }).optional(),
  /** Another factory.yaml may be adopted with the answer: the question without what it says of that, and what that is. */
  policy: z.object({ plain: z.string(), shown: z.string().optional() }).optional(),
  /** The workflow that waits for the answer. */
  askedBy: z.string(),
});
export type AskPerson = z.infer<typeof AskPerson>;
export const askPersonSignal = defineSignal<[unknown?]>('askPerson');

/** From a task: what people said on its pull request is taken up, which its next life must know. Idempotent. */
export const TaskHeard = z.object({ taskKey: TaskKey, ids: z.array(z.string().min(1).max(200)).max(100) });
export const taskHeardSignal = defineSignal<[unknown?]>('taskHeard');

/**
 * From a task: it was taken back to an earlier turn, or somebody changed its pull request, so that whatever it asked for
 * before has lost its point.
 */
export const TaskRewound = z.object({ taskKey: TaskKey });
export const taskRewoundSignal = defineSignal<[unknown?]>('taskRewound');

/** The decision in the log when an epic is asked to end by other means than an answer. */
export const CANCEL_EPIC = 'cancel the epic';

export const EpicIdFromWorkflow = z
  .string()
  .startsWith('epic-')
  .transform((id) => id.slice(5))
  .pipe(EpicId);
