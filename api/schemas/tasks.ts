/** Tasks and the transcripts of their agents as the API returns them. Absent values are null. */
import { z } from 'zod';
import { Agent, Criterion, Evidence, PullRequest, TaskSummary, TemporalUrl, Time, Unrun } from './common.ts';

const Submission = z
  .object({
    number: z.number().int(),
    headSha: z.string(),
    treeSha: z.string(),
    state: z.enum(['verified', 'red', 'changes-requested', 'approved', 'conflict', 'merged', 'superseded']),
  })
  .meta({ id: 'Submission' });

const Review = z
  .object({
    agentId: z.string(),
    submission: z.number().int().nullable().describe('its number; numbers begin again when the task runs again'),
    headSha: z.string().nullable().describe('the commit that it is about; null where nothing says it'),
    verdict: z.enum(['approve', 'request_changes']),
    summary: z.string(),
    comments: z.array(z.object({ path: z.string(), line: z.number().int().nullable(), body: z.string() })),
    at: Time,
  })
  .meta({ id: 'Review' });

export const Task = TaskSummary.extend({
  epicId: z.string(),
  description: z.string(),
  acceptance: z.array(z.string()),
  criteria: z.array(Criterion).describe('the same, with what the latest review found about each'),
  workflowId: z.string(),
  runId: z.string().nullable(),
  temporalUrl: TemporalUrl,
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
  unrun: Unrun,
  submissions: z.array(Submission),
  /** Oldest first. */
  reviews: z.array(Review),
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
    /** Briefs of the agent, each before the turn that answers it. */
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
