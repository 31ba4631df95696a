/** What a recording of an epic is made from: its rows as they are. */
import type Anthropic from '@anthropic-ai/sdk';
import { sql } from 'kysely';
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import type { PersonAnswered } from '../../workflows/contract/task.ts';
import type { Database } from '../connection.ts';
import { readToldRows } from './lineage.ts';
import { taskRows } from './tasks.ts';

/** What is read of a message. */
interface MessageInput {
  readonly taskKey?: string;
  /** Of raiseBudget. */
  readonly capUsd?: number;
  /** Set in answers to requests. */
  readonly requestId?: string;
  readonly decision?: string;
  readonly plan?: unknown;
}

/** Characters of all texts of the epic's transcripts, outputs counted as far as a model sees them. */
export async function countRecordingCharacters(db: Database, epicId: string, outputLimit: number): Promise<number> {
  const { rows } = await sql<{ characters: string }>`
    select coalesce(sum(
      (select coalesce(sum(length(content::text)), 0) from agent_turns where transcript = transcripts.id)
      + (select coalesce(sum(length(body)), 0) from briefs where transcript = transcripts.id)
      + (select coalesce(sum(least(length(output), ${outputLimit}::int)), 0) from tool_calls
          where transcript = transcripts.id)
    ), 0) as characters from transcripts where epic_id = ${epicId}
  `.execute(db);
  return Number(rows[0]?.characters ?? 0);
}

/** The epic with what was settled for it when it began; undefined when nobody knows it. */
export async function readRecordedEpic(db: Database, epicId: string) {
  const epic = await db.selectFrom('epics').selectAll().where('id', '=', epicId).executeTakeFirst();
  if (epic === undefined) return undefined;
  const [tasks, requests, messages, mails, mergedTree] = await Promise.all([
    taskRows(db, epicId).orderBy('position').execute(),
    db
      .selectFrom('human_requests')
      .select(['request_id', 'kind', 'task_key', 'budget_unit', 'question', 'answer', 'closed_at'])
      .where('epic_id', '=', epicId)
      .where('state', '=', 'answered')
      .orderBy('closed_at')
      .execute(),
    db
      .selectFrom('messages')
      .select(['name', 'input', 'sent_at'])
      .where('epic_id', '=', epicId)
      // Without those that were refused or changed nothing.
      .where(sql<boolean>`(outcome is null or outcome->>'changed' = 'true')`)
      .orderBy('position')
      .execute(),
    readPersonalMail(db, epicId),
    readMergedTree(db, epicId),
  ]);
  return {
    epic: { ...epic, settings: epic.settings as unknown as EpicSettings | null },
    tasks: tasks.map((task) => ({ ...task, acceptance: task.acceptance as string[], files: task.files as string[] })),
    requests: requests.map((request) => ({ ...request, answer: request.answer as unknown as PersonAnswered | null })),
    messages: messages.map(({ input, ...message }) => ({ ...message, input: input as MessageInput })),
    mails,
    mergedTree,
  };
}

/** The first mail or word of a person, as a message. */
async function readPersonalMail(db: Database, epicId: string) {
  const first = await db
    .selectFrom('mail')
    .select(['kind', 'recipient', 'sent_at'])
    .where('epic_id', '=', epicId)
    .where('sender', '=', 'human')
    .orderBy('number')
    .limit(1)
    .execute();
  return first.map(({ kind, recipient, sent_at }) => {
    const taskKey = recipient.split('/')[1];
    return { name: kind, sent_at, input: (taskKey === undefined ? {} : { taskKey }) satisfies MessageInput };
  });
}

/** What is verified is what is merged, so evidence has the tree of the commit. */
async function readMergedTree(db: Database, epicId: string): Promise<string | undefined> {
  const { rows } = await sql<{ tree_sha: string }>`
    select evidence.tree_sha from epics
    join pull_requests on pull_requests.repository = epics.repository and pull_requests.number = epics.pull_request
    join evidence on evidence.epic_id = epics.id and evidence.commit_sha = pull_requests.head_sha
    where epics.id = ${epicId} and epics.merged_sha is not null
    order by evidence.finished_at desc limit 1
  `.execute(db);
  return rows[0]?.tree_sha;
}

/** The pinned texts of these hashes. */
export const readPins = (db: Database, hashes: readonly string[]) =>
  db
    .selectFrom('pins')
    .select(['hash', 'content'])
    .where('hash', 'in', [...hashes])
    .execute();

/** The epic's agents in the order in which they were opened, those that went on from another's turn aside. */
export const listRecordedAgents = (db: Database, epicId: string) =>
  db
    .selectFrom('transcripts')
    .select(['id', 'task_key', 'purpose', 'attempt', 'compacted_before_turn'])
    .where('epic_id', '=', epicId)
    .where('forked_from', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/** One agent's turns, with the rows that its requests are built from. */
export async function readRecordedAgent(db: Database, transcript: string) {
  const [turns, rows] = await Promise.all([
    db
      .selectFrom('agent_turns')
      .select(['turn', 'content', 'stop_reason', 'usage', 'started_at', 'finished_at'])
      .where('transcript', '=', transcript)
      .orderBy('turn')
      .execute(),
    readToldRows(db, sql<boolean>`transcript = ${transcript}`),
  ]);
  return {
    turns: turns.map((turn) => ({ ...turn, content: turn.content as unknown as Anthropic.ContentBlockParam[] })),
    ...rows,
  };
}
