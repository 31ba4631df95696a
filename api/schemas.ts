/** What the API answers with; what it is sent is the contract's. Absent values are null. */
import { z } from 'zod';
import { AgentState, EpicState, Hold, Purpose, RequestKind, Role, TaskState } from '../workflows/contract/states.ts';
import { PersonAnswered } from '../workflows/contract/task.ts';

const Time = z.iso.datetime();
const Waiting = { hold: Hold.nullable(), failure: z.object({ type: z.string(), message: z.string() }).nullable() };

export const PullRequest = z
  .object({
    repository: z.string(),
    number: z.number().int(),
    taskKey: z.string().nullable(),
    url: z.string(),
    title: z.string(),
    head: z.string(),
    base: z.string(),
    headSha: z.string(),
    state: z.enum(['open', 'merged', 'closed']),
    mergedSha: z.string().nullable(),
  })
  .meta({ id: 'PullRequest' });

export const HumanRequest = z
  .object({
    epicId: z.string(),
    epicTitle: z.string(),
    requestId: z.string(),
    kind: RequestKind,
    question: z.string(),
    options: z.array(z.string()),
    taskKey: z.string().nullable(),
    pullRequest: z.number().int().nullable(),
    headSha: z.string().nullable(),
    /** The branch that the commit is to go into, where no pull request says so yet. */
    base: z.string().nullable(),
    state: z.enum(['open', 'answered', 'replaced', 'withdrawn']),
    answer: PersonAnswered.nullable(),
    askedAt: Time,
    closedAt: Time.nullable(),
  })
  .meta({ id: 'HumanRequest' });

const EpicSummary = z.object({
  id: z.string(),
  title: z.string(),
  state: EpicState,
  phase: z.string(),
  ...Waiting,
  paused: z.boolean(),
  priority: z.number().int(),
  repository: z.string().nullable(),
  baseBranch: z.string().nullable(),
  startedAt: Time,
  updatedAt: Time,
  closedAt: Time.nullable(),
});

export const EpicInList = EpicSummary.extend({
  /** How many tasks are in which state. */
  tasks: z.partialRecord(TaskState, z.number().int()),
  openRequests: z.number().int(),
  costUsd: z.number(),
}).meta({ id: 'EpicInList' });

const TaskSummary = z
  .object({
    /** `<epic>.<key>` */
    id: z.string(),
    key: z.string(),
    title: z.string(),
    state: TaskState,
    phase: z.string(),
    ...Waiting,
    attempt: z.number().int(),
    dependsOn: z.array(z.string()),
    host: z.string().nullable(),
    branch: z.string().nullable(),
    pullRequest: z.number().int().nullable(),
    startedAt: Time.nullable(),
    updatedAt: Time,
    closedAt: Time.nullable(),
  })
  .meta({ id: 'TaskSummary' });

const Agent = z
  .object({
    id: z.string(),
    role: Role,
    purpose: Purpose,
    attempt: z.number().int(),
    model: z.string(),
    state: AgentState,
    phase: z.string(),
    ...Waiting,
    turn: z.number().int(),
    costUsd: z.number(),
    workflowId: z.string(),
    startedAt: Time,
    updatedAt: Time,
    closedAt: Time.nullable(),
  })
  .meta({ id: 'Agent' });

const Evidence = z
  .object({
    check: z.string(),
    command: z.string(),
    exitCode: z.number().int(),
    commitSha: z.string(),
    treeSha: z.string(),
    /** The end of the log. */
    output: z.string(),
    verifiedBy: z.string(),
    startedAt: Time,
    finishedAt: Time,
  })
  .meta({ id: 'Evidence' });

/** A failing step that is tried again by itself: the activity, how often it began and why it failed last. */
const Retry = z
  .object({
    workflowId: z.string(),
    taskKey: z.string().nullable(),
    activity: z.string(),
    attempt: z.number().int(),
    message: z.string(),
    /** The command that helps, where retrying does not. */
    remedy: z.string().nullable(),
  })
  .meta({ id: 'Retry' });

/** What somebody sent and the epic has not applied yet. */
const UnappliedMessage = z
  .object({
    id: z.string(),
    /** The update's name: `pause`, `respond`, … */
    name: z.string(),
    by: z.string(),
    taskKey: z.string().nullable(),
    decision: z.string().nullable(),
    sentAt: Time,
  })
  .meta({ id: 'UnappliedMessage' });

/** How far a long step is, as "fetches, 63 %". */
const Progress = z
  .object({ workflowId: z.string(), taskKey: z.string().nullable(), activity: z.string(), progress: z.string() })
  .meta({ id: 'Progress' });

export const Epic = EpicSummary.extend({
  description: z.string(),
  workflowId: z.string(),
  runId: z.string(),
  source: z.object({ tracker: z.string(), id: z.string(), url: z.string().nullable() }).nullable(),
  concurrency: z.number().int().nullable(),
  approvals: z.array(z.string()).nullable(),
  pullRequest: z.number().int().nullable(),
  mergedSha: z.string().nullable(),
  /** The repository that holds its branches, to be looked at with git on the API's machine; null when it is elsewhere. */
  mirror: z.string().nullable(),
  tasks: z.array(TaskSummary),
  /** Those that serve the epic itself; a task has its own. */
  agents: z.array(Agent),
  /** What was verified on all tasks together. */
  evidence: z.array(Evidence),
  pullRequests: z.array(PullRequest),
  /** The open ones. */
  requests: z.array(HumanRequest),
  /** Messages that wait for a worker process to apply them, oldest first. */
  unapplied: z.array(UnappliedMessage),
  /** Steps that fail and are tried again by themselves. */
  retries: z.array(Retry),
  /** Long steps that run: transfers and checkouts. */
  progress: z.array(Progress),
  /** Model calls that were answered, of all agents. */
  turns: z.number().int(),
  /** Settled plus reserved never passes the cap, which is null until the epic has its settings. */
  cost: z.object({ settledUsd: z.number(), reservedUsd: z.number(), capUsd: z.number().nullable() }),
  /** What agents' commands and checks ran in, on each host that had a part in it. */
  sandboxes: z.array(z.object({ host: z.string(), description: z.string() })),
}).meta({ id: 'Epic' });

export const Diff = z
  .object({
    repository: z.string(),
    /** Null for a commit whose branch is not pushed yet. */
    pullRequest: z.number().int().nullable(),
    title: z.string(),
    head: z.string(),
    base: z.string(),
    /** The patch leads from baseSha, where head and base part, to headSha. */
    baseSha: z.string(),
    headSha: z.string(),
    stat: z.string(),
    patch: z.string(),
    /** The patch is cut after its first million characters; the stat is whole. */
    truncated: z.boolean(),
  })
  .meta({ id: 'Diff' });

const Submission = z
  .object({
    number: z.number().int(),
    headSha: z.string(),
    treeSha: z.string(),
    state: z.enum(['verified', 'red', 'changes-requested', 'approved', 'conflict', 'merged', 'superseded']),
  })
  .meta({ id: 'Submission' });

export const Task = TaskSummary.extend({
  epicId: z.string(),
  description: z.string(),
  acceptance: z.array(z.string()),
  workflowId: z.string(),
  runId: z.string().nullable(),
  rounds: z
    .object({
      verification: z.number(),
      review: z.number(),
      conflict: z.number(),
      /** Missing in what was written before there were any. */
      checks: z.number().default(0),
    })
    .nullable(),
  epoch: z.number().int().nullable(),
  worktree: z.string().nullable(),
  evidence: z.array(Evidence),
  submissions: z.array(Submission),
  agents: z.array(Agent),
  pullRequests: z.array(PullRequest),
  /** The turns of its present Worker that it can be taken back to. */
  rewindTurns: z.array(z.number().int()),
}).meta({ id: 'Task' });

const ToolCall = z
  .object({
    id: z.string(),
    name: z.string(),
    input: z.unknown(),
    /** Null while it runs; at most the first 30,000 characters. */
    output: z.string().nullable(),
    truncated: z.boolean(),
    isError: z.boolean().nullable(),
    exitCode: z.number().int().nullable(),
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
  })
  .meta({ id: 'ToolCall' });

export const Transcript = z
  .object({
    id: z.string(),
    epicId: z.string(),
    taskKey: z.string().nullable(),
    purpose: z.string(),
    attempt: z.number().int(),
    compactedBeforeTurn: z.number().int(),
    /** It goes on from this turn of another transcript, which is not repeated here. */
    forkedFrom: z.object({ id: z.string(), turn: z.number().int() }).nullable(),
    /** What the agent was told, each before the turn that answers it. */
    briefs: z.array(z.object({ turn: z.number().int(), kind: z.string(), body: z.string() })),
    turns: z.array(
      z.object({
        turn: z.number().int(),
        model: z.string(),
        content: z.unknown(),
        stopReason: z.string(),
        usage: z.unknown(),
        costUsd: z.number(),
        startedAt: Time,
        finishedAt: Time,
        /** The commit that holds the files as they were after it, when they had changed and were kept. */
        checkpoint: z.string().nullable(),
        toolCalls: z.array(ToolCall),
      }),
    ),
    /** `after` of the next page. */
    next: z.number().int().nullable(),
  })
  .meta({ id: 'Transcript' });

export const LogEntry = z
  .object({
    id: z.number().int(),
    at: Time,
    taskKey: z.string().nullable(),
    actor: z.string(),
    kind: z.string(),
    decision: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'LogEntry' });

export const IntakeEntry = z
  .object({
    identifier: z.string(),
    title: z.string(),
    url: z.string(),
    outcome: z.enum(['taken', 'skipped']),
    reason: z.string(),
    /** The newest epic that it became. */
    epicId: z.string().nullable(),
    lookedAt: Time,
  })
  .meta({ id: 'IntakeEntry' });

const Dependency = z.object({ ok: z.boolean(), message: z.string() });
export const Health = z
  .object({
    ready: z.boolean(),
    dependencies: z.record(z.string(), Dependency),
    /** What agents' commands run in on each host that is there. */
    sandboxes: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Health' });
