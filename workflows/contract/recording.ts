/**
 * A recording of an epic: what its agents asked the model, word for word, and what the model answered. The API writes it,
 * the scripted model plays it, and a replay compares with it. Times are milliseconds since the epic began.
 */
import { z } from 'zod';
import { EpicId, TaskKey } from './ids.ts';
import { AgentTask } from './plan.ts';
import { ApprovalKind, OverlapChoice } from './settings.ts';
import { Purpose, RequestKind } from './states.ts';

export const RECORDING_FORMAT = 'factory-recording/1';

/** Stands for the folder that holds a host's worktrees. */
export const WORKTREES_MARK = '{{factory.worktrees}}';
/** Stands for the folder of a host in its state folder. */
export const HOST_MARK = '{{factory.host}}';

/** `package@1.2.3`, `action@v4` and `picture@2x.png` look like addresses; no domain ends like these. */
const VERSION = 'v?\\d+\\.(?:\\d|x\\b)';
const DENSITY = '\\d+x\\.';
const FILE_ENDING =
  '(?:png|jpe?g|gif|svg|webp|avif|ico|bmp|pdf|[cm]?[jt]sx?|json|s?css|html?|txt|ya?ml|toml|lock|tgz|gz|log|xml|csv|patch)';
/** Regular expressions: an address of e-mail, and somebody with it as git writes it. Both take linear time. */
export const EMAIL = `(?<![\\w.+-])[\\w.+-]{1,64}@(?!${VERSION}|${DENSITY})(?:[\\w-]{1,63}\\.){1,8}(?!${FILE_ENDING}\\b)[A-Za-z]{2,63}(?![\\w-]|\\.\\w)`;
const FULL_NAME = "(?<!\\p{L})\\p{Lu}[\\p{L}.'-]{0,40}(?: \\p{Lu}[\\p{L}.'-]{0,40}){0,3}";
export const NAMED_PERSON = `(?:(?<=^ {0,16}(?:Author|Commit|Committer|[\\w-]{1,40}-by): {1,8})[^<>\\s][^<>\\n]{0,99}?|${FULL_NAME}|person-\\d+) <${EMAIL}>`;

const Ms = z.number().int();

/** A part of a user's message. */
export const AskedBlock = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('result'),
    /** The id of the tool call. */
    of: z.string(),
    text: z.string(),
    isError: z.boolean(),
  }),
  /** A brief, a note, or any other word of the factory. */
  z.object({ type: z.literal('text'), text: z.string() }),
]);
export type AskedBlock = z.infer<typeof AskedBlock>;

/** A part of the model's answer. Signatures of thoughts are left out, and so is what a redacted thought holds. */
export const AnsweredBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thinking'), thinking: z.string() }),
  z.object({ type: z.literal('redacted_thinking') }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
]);
export type AnsweredBlock = z.infer<typeof AnsweredBlock>;

const Spoken = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.array(AskedBlock) }),
  z.object({ role: z.literal('assistant'), content: z.array(AnsweredBlock) }),
]);
export type Spoken = z.infer<typeof Spoken>;

export const RecordedTurn = z.object({
  turn: z.number().int().positive(),
  /** What the request of this turn has in addition to the one before and its answer. */
  asked: z.array(AskedBlock),
  /** The whole conversation up to here instead, when it was compacted before this turn. */
  conversation: z.array(Spoken).optional(),
  /** The provider had refused the conversation as too long before it was compacted. */
  refusedFirst: z.literal(true).optional(),
  answer: z.array(AnsweredBlock),
  stopReason: z.string(),
  usage: z.record(z.string(), z.unknown()),
  startedMs: Ms,
  finishedMs: Ms,
});
export type RecordedTurn = z.infer<typeof RecordedTurn>;

export const RecordedAgent = z.object({
  id: z.string(),
  taskKey: TaskKey.nullable(),
  purpose: Purpose,
  attempt: z.number().int().positive(),
  turns: z.array(RecordedTurn),
});
export type RecordedAgent = z.infer<typeof RecordedAgent>;

/** What the requests of a purpose have in common. */
const RecordedPrompt = z.object({
  model: z.string(),
  maxTokens: z.number().int(),
  system: z.string(),
  tools: z.array(z.looseObject({ name: z.string() })),
});
export type RecordedPrompt = z.infer<typeof RecordedPrompt>;

/** The plan that an approval carried, without budgets: a replay has no caps for tasks. */
export const RecordedPlan = z.object({
  revision: z.number().int(),
  tasks: z.array(AgentTask.strip()),
  inSequence: z.boolean().optional(),
});

/** A person's answer to a question of the epic. */
export const RecordedAnswer = z.object({
  kind: RequestKind,
  taskKey: TaskKey.nullable(),
  question: z.string(),
  decision: z.string(),
  answer: z.string().nullable(),
  comment: z.string().nullable(),
  by: z.string(),
  answeredMs: Ms,
  plan: RecordedPlan.optional(),
});
export type RecordedAnswer = z.infer<typeof RecordedAnswer>;

const RecordedEpic = z.object({
  id: EpicId,
  title: z.string(),
  description: z.string(),
  /** The plan that the epic was given; null when an agent made it. */
  tasks: z.array(AgentTask).nullable(),
  repository: z.string(),
  baseBranch: z.string(),
  /** The commit that the epic began with. */
  baseSha: z.string().nullable(),
  approvals: z.array(ApprovalKind),
  overlaps: OverlapChoice.optional(),
  concurrency: z.number().int(),
  /** The highest cap that it was given, however it was raised. */
  budgetUsd: z.number(),
  limits: z.object({ attempts: z.number().int(), rounds: z.number().int(), turns: z.number().int() }),
  state: z.string(),
  /** The tree of the commit that the epic was merged as. */
  mergedTree: z.string().nullable(),
});

export const Recording = z
  .object({
    format: z.literal(RECORDING_FORMAT),
    recordedAt: z.iso.datetime(),
    /** The version of the factory that wrote it. */
    factory: z.string(),
    epic: RecordedEpic,
    /** When each task was merged. */
    merges: z.array(z.object({ taskKey: TaskKey, mergedMs: Ms })),
    answers: z.array(RecordedAnswer),
    prompts: z.partialRecord(Purpose, RecordedPrompt),
    agents: z.array(RecordedAgent),
    /** The act of a person that no replay repeats: the recording ends with it. */
    cutAt: z.object({ message: z.string(), taskKey: z.string().nullable(), atMs: Ms }).nullable(),
    /** How often something was replaced; in answers of the model it changes what is done in a replay. */
    replaced: z.object({ inAnswers: z.number().int(), elsewhere: z.number().int() }),
  })
  .meta({ id: 'Recording' });
export type Recording = z.infer<typeof Recording>;
