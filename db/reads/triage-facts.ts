/** What rows know of a task that has failed, for the Supervisor agent: the newest of everything, cut where it is long. */
import type Anthropic from '@anthropic-ai/sdk';
import { sql } from 'kysely';
import type { TaskInput } from '../../workflows/contract/plan.ts';
import type { Database } from '../connection.ts';
import { tail } from './columns.ts';
import { readLogLines } from './decisions.ts';
import { readWorker } from './lineage.ts';
import { readTaskInput } from './plan.ts';

const MOST_TURNS = 8;
const MOST_CHECKS = 10;
const MOST_MAILS = 5;
const OUTPUT_LENGTH = 3_000;

export interface TriageFacts {
  readonly epicTitle: string;
  readonly epicDescription: string;
  /** Without the files that its plan expects: what it has touched is in its commit. */
  readonly task: Omit<TaskInput, 'files'>;
  /** The other tasks of the plan, each as one line. */
  readonly others: readonly string[];
  /** To the supervisor, the newest of the epic, oldest first. */
  readonly mail: readonly { readonly sender: string; readonly subject: string; readonly body: string }[];
  /** Oldest first, each as one line. */
  readonly log: readonly string[];
  readonly turns: readonly {
    readonly turn: number;
    readonly stopReason: string;
    readonly content: readonly Anthropic.ContentBlock[];
    readonly outputs: readonly { readonly name: string; readonly output: string; readonly isError: boolean }[];
  }[];
  readonly checks: readonly {
    readonly name: string;
    readonly command: string;
    readonly exitCode: number;
    readonly output: string;
  }[];
  /** The newest commit of the task's work that is known: what was handed in last, else the last checkpoint. */
  readonly headSha: string | undefined;
}

/** Undefined when the epic or the task was never recorded. */
export async function readTriageFacts(db: Database, epicId: string, taskKey: string): Promise<TriageFacts | undefined> {
  const [epic, planned, others, mail, log, worker, checks, submission] = await Promise.all([
    db.selectFrom('epics').select(['title', 'description']).where('id', '=', epicId).executeTakeFirst(),
    readTaskInput(db, epicId, taskKey),
    db
      .selectFrom('tasks')
      .select(['key', 'title', 'state', 'phase'])
      .where('epic_id', '=', epicId)
      .where('key', '!=', taskKey)
      .orderBy('position')
      .orderBy('key')
      .execute(),
    db
      .selectFrom('mail')
      .select(['sender', 'subject'])
      .select(sql<string>`left(body, ${sql.lit(OUTPUT_LENGTH)})`.as('body'))
      .where('epic_id', '=', epicId)
      .where('recipient', '=', 'supervisor')
      .where('kind', '=', 'mail')
      .orderBy('number', 'desc')
      .limit(MOST_MAILS)
      .execute(),
    readLogLines(db, epicId, taskKey),
    readWorker(db, epicId, taskKey),
    db
      .selectFrom('evidence')
      .select(['check_name as name', 'command', 'exit_code as exitCode'])
      .select((row) => tail(row.ref('output'), OUTPUT_LENGTH).as('output'))
      .where('epic_id', '=', epicId)
      .where('task_key', '=', taskKey)
      .orderBy('finished_at', 'desc')
      .limit(MOST_CHECKS)
      .execute(),
    db
      .selectFrom('submissions')
      .select('head_sha')
      .where('epic_id', '=', epicId)
      .where('task_key', '=', taskKey)
      .orderBy('updated_at', 'desc')
      .executeTakeFirst(),
  ]);
  if (epic === undefined || planned === undefined) return undefined;
  const { files: _, ...task } = planned;
  const turns = worker === undefined ? [] : await readTurns(db, worker.id);
  return {
    epicTitle: epic.title,
    epicDescription: epic.description,
    task,
    others: others.map(({ key, title, state, phase }) => `${key} (${state}, ${phase}): ${title}`),
    mail: mail.toReversed(),
    log,
    turns,
    checks: checks.toReversed(),
    headSha: submission?.head_sha ?? (worker === undefined ? undefined : await lastCheckpoint(db, worker.id)),
  };
}

async function readTurns(db: Database, transcript: string): Promise<TriageFacts['turns']> {
  const turns = await db
    .selectFrom('agent_turns')
    .select(['turn', 'content', 'stop_reason as stopReason'])
    .where('transcript', '=', transcript)
    .orderBy('turn', 'desc')
    .limit(MOST_TURNS)
    .execute();
  if (turns.length === 0) return [];
  const calls = await db
    .selectFrom('tool_calls')
    .select(['turn', 'name', 'is_error as isError'])
    .select((row) => tail(row.fn.coalesce('output', sql<string>`''`), OUTPUT_LENGTH).as('output'))
    .where('transcript', '=', transcript)
    .where('turn', '>=', turns.at(-1)?.turn ?? 0)
    .orderBy('turn')
    .orderBy('position')
    .execute();
  return turns.toReversed().map(({ turn, content, stopReason }) => ({
    ...{ turn, stopReason },
    content: content as unknown as Anthropic.ContentBlock[],
    outputs: calls
      .filter((call) => call.turn === turn)
      .map(({ name, output, isError }) => ({ name, output, isError: isError ?? false })),
  }));
}

async function lastCheckpoint(db: Database, transcript: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('agent_turns')
    .select('checkpoint')
    .where('transcript', '=', transcript)
    .where('checkpoint', 'is not', null)
    .orderBy('turn', 'desc')
    .executeTakeFirst();
  return row?.checkpoint ?? undefined;
}
