/** Epics as the API returns them. Absent values are null. */
import { z } from 'zod';
import { Adoption } from '../../workflows/contract/adoption.ts';
import { OverlapChoice } from '../../workflows/contract/settings.ts';
import { EpicState, TaskState } from '../../workflows/contract/states.ts';
import {
  Agent,
  Evidence,
  HumanRequest,
  PullRequest,
  TaskSummary,
  TemporalUrl,
  Time,
  Unrun,
  Waiting,
} from './common.ts';
import { FactoryPause } from './system.ts';

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
  /** Null until the epic has its settings. */
  capUsd: z.number().nullable(),
}).meta({ id: 'EpicInList' });

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

/** A message that the epic has not applied yet. */
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
  temporalUrl: TemporalUrl,
  source: z.object({ tracker: z.string(), id: z.string(), url: z.string().nullable() }).nullable(),
  concurrency: z.number().int().nullable(),
  approvals: z.array(z.string()).nullable(),
  /** Null until the epic has its settings. */
  overlaps: OverlapChoice.nullable(),
  /** Names the factory.yaml that is in force, as evidence does; null until the epic has its settings. */
  policyHash: z.string().nullable(),
  /** The policies that people adopted on the way, oldest first. */
  adoptedPolicies: z.array(Adoption),
  pullRequest: z.number().int().nullable(),
  mergedSha: z.string().nullable(),
  /** The repository that holds its branches, to be looked at with git on the API's machine; null when it is elsewhere. */
  mirror: z.string().nullable(),
  tasks: z.array(TaskSummary),
  /** Those that serve the epic itself; a task has its own. */
  agents: z.array(Agent),
  /** Evidence of the verification of all tasks together. */
  evidence: z.array(Evidence),
  unrun: Unrun,
  pullRequests: z.array(PullRequest),
  /** The open ones. */
  requests: z.array(HumanRequest),
  /** Messages that wait for a worker process to apply them, oldest first. */
  unapplied: z.array(UnappliedMessage),
  /** Steps that fail and are tried again by themselves. */
  retries: z.array(Retry),
  /** Long steps that run: transfers and checkouts. */
  progress: z.array(Progress),
  /** Open executions of it that Temporal has not described in time: whether they retry, progress or are paused is not known. */
  unread: z.number().int(),
  /** Of the whole factory, which holds this epic too. */
  factoryPause: FactoryPause,
  /** Model calls that were answered, of all agents. */
  turns: z.number().int(),
  /** Settled plus reserved never passes the cap, which is null until the epic has its settings; tokens may have none. */
  cost: z.object({
    settledUsd: z.number(),
    reservedUsd: z.number(),
    capUsd: z.number().nullable(),
    capTokens: z.number().int().nullable(),
  }),
  /** The sandbox that agents' commands and checks ran in, on each host that had a part in it. */
  sandboxes: z.array(z.object({ host: z.string(), description: z.string() })),
}).meta({ id: 'Epic' });
