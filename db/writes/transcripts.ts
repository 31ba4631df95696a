/**
 * Transcripts: opened once and grown turn by turn. Later writes add only tool results, checkpoints and the compaction mark,
 * or remove a secret from the input of a finished call.
 */
import type Anthropic from '@anthropic-ai/sdk';
import { sql } from 'kysely';
import { agentId } from '../../workflows/contract/ids.ts';
import type { NewTranscript } from '../../workflows/contract/transcript.ts';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';
import { AsWritten } from '../text.ts';
import { removingDraft } from './drafts.ts';
import { type Amount, type Call, settling, settlingOpen } from './ledger.ts';
import { isCall } from './tool-calls.ts';

/** Opens the transcript of the next attempt, or returns the one that `openedBy` opened before. */
export async function openTranscript(
  db: Database,
  { epicId, taskKey, purpose, openedBy, fork }: NewTranscript,
): Promise<{ id: string; attempt: number }> {
  return db.transaction().execute(async (trx) => {
    // Attempt numbers are given one after the other.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${epicId}/${taskKey ?? ''}/${purpose}`}, 0))`.execute(
      trx,
    );
    const opened = await trx
      .selectFrom('transcripts')
      .select(['id', 'attempt'])
      .where('opened_by', '=', openedBy)
      .executeTakeFirst();
    if (opened !== undefined) return opened;
    const { last } = await trx
      .selectFrom('transcripts')
      .select(sql<number>`coalesce(max(attempt), 0)`.as('last'))
      .where('epic_id', '=', epicId)
      .where(sql`coalesce(task_key, '')`, '=', taskKey ?? '')
      .where('purpose', '=', purpose)
      .executeTakeFirstOrThrow();
    const attempt = last + 1;
    const id = agentId(epicId, taskKey, purpose, attempt);
    const opening = { id, epic_id: epicId, task_key: taskKey ?? null, purpose, attempt, opened_by: openedBy };
    await trx
      .insertInto('transcripts')
      .values({ ...opening, ...(fork === undefined ? {} : forked(fork)) })
      .execute();
    return { id, attempt };
  });
}

/**
 * How much of the shared turns was told in short goes with them. Where that was decided after the fork's turn, nobody
 * knows how they were told before: then all of them are told without the thoughts that hang on it.
 */
const forked = ({ from, atTurn }: { from: string; atTurn: number }) => ({
  forked_from: from,
  at_turn: atTurn,
  compacted_before_turn: sql<number>`(
    select least(compacted_before_turn, ${atTurn}::int + 1) from transcripts where id = ${from})`,
});

/** Notes the commit on the task's checkpoint chain that has the files as they were after a turn. */
export async function writeCheckpoint(
  db: Database,
  { transcript, turn, checkpoint }: { transcript: string; turn: number; checkpoint: string },
): Promise<void> {
  await db
    .updateTable('agent_turns')
    .set({ checkpoint })
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .execute();
}

export interface NewBrief {
  readonly transcript: string;
  readonly turn: number;
  readonly kind: string;
  readonly body: string;
  /** Names the step that opens a round; it has one brief. */
  readonly round?: string;
  /** The place that the round is opened on: none is once its holder has a newer one. */
  readonly on?: { readonly holder: string; readonly epoch: number };
}

/** Adds a brief to a turn that is still to come; the first text of a kind stays, and an answered turn is closed. */
export async function writeBriefRow(db: Database, brief: NewBrief): Promise<void> {
  const { transcript, turn, kind, body, round = null, on } = brief;
  await sql`
    insert into briefs (transcript, turn, kind, body, round)
    select ${transcript}::text, ${turn}::int, ${kind}::text, ${body}::text, ${round}::text
    where not exists (select from agent_turns where transcript = ${transcript} and turn = ${turn})
      and not exists (select from placements where holder = ${on?.holder ?? null}::text and epoch > ${on?.epoch ?? 0}::int)
    on conflict do nothing
  `.execute(db);
}

/** The turn whose brief this step wrote, if it has. */
export async function readRound(db: Database, transcript: string, round: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('briefs')
    .select('turn')
    .where('transcript', '=', transcript)
    .where('round', '=', round)
    .executeTakeFirst();
  return row?.turn;
}

export interface ToolCallAnswer {
  readonly toolUseId: string;
  readonly content: string;
  readonly isError: boolean;
  /** Below what the call itself has said, if it has. */
  readonly isAdded?: boolean;
}

/** Writes answers of tool calls that have none, and adds to those that have one what is not there yet. */
export async function answerToolCallRows(
  db: Database,
  { transcript, turn, answers }: { transcript: string; turn: number; answers: readonly ToolCallAnswer[] },
): Promise<void> {
  for (const { toolUseId, content, isError, isAdded = false } of answers) {
    await db
      .updateTable('tool_calls')
      .set({
        output: sql<string>`concat_ws(E'\\n', output, ${content}::text)`,
        is_error: isError,
        finished_at: sql<Date>`now()`,
      })
      .where(isCall({ transcript, turn, toolUseId }))
      .where((where) =>
        where.or([
          where('output', 'is', null),
          ...(isAdded ? [sql<boolean>`right(output, length(${content}::text)) <> ${content}::text`] : []),
        ]),
      )
      .execute();
  }
}

/**
 * Settles what earlier runs of a transcript left open: their calls of the model at the bound, and every tool call before
 * `turn` that nobody answered, since the API refuses a call without a result. Returns those tool calls.
 */
export async function settleLooseEnds(
  db: Database,
  { transcript, turn, words }: { transcript: string; turn: number; words: { notStarted: string; started: string } },
): Promise<{ turn: number; toolUseId: string; input: unknown }[]> {
  return await db
    .with('settled', () => settlingOpen(db, transcript))
    .updateTable('tool_calls')
    .set({
      output: sql<string>`case when started_at is null then ${words.notStarted} else ${words.started} end`,
      is_error: true,
      finished_at: sql<Date>`now()`,
    })
    .where('transcript', '=', transcript)
    .where('turn', '<', turn)
    .where('output', 'is', null)
    .returning(['turn', 'tool_use_id as toolUseId', 'input'])
    .execute();
}

/** From `turn` on, what was told before is told in short; compacting twice before one turn is the same. */
export async function compactTranscript(db: Database, transcript: string, turn: number): Promise<void> {
  await db
    .updateTable('transcripts')
    .set({ compacted_before_turn: turn })
    .where('id', '=', transcript)
    .where('compacted_before_turn', '<', turn)
    .execute();
}

export interface NewAnswer {
  readonly call: Call;
  readonly model: string;
  readonly messageId: string;
  readonly content: readonly Anthropic.ContentBlock[];
  readonly stopReason: string;
  readonly usage: Anthropic.Usage;
  /** What it cost and the tokens that it used. */
  readonly used: Amount;
  readonly startedAt: Date;
  readonly mail?: DeliveredMail;
}

/** The mail that the model was told with a turn. */
export interface DeliveredMail {
  readonly numbers: readonly number[];
  /** How it was told. */
  readonly body: string;
  /** Lines of the decision log that say so. */
  readonly log: readonly {
    readonly key: string;
    readonly epicId: string;
    readonly taskKey: string | null;
    readonly actor: string;
    readonly decision: string;
    readonly reason: string;
  }[];
}

/**
 * Stores an answer with its tool calls, as they are, and the mail that it was told, and settles its reservation, in place
 * of its draft, all or nothing: one statement. Returns the content as it was stored, or undefined where the turn has an
 * answer, which stays.
 */
export async function writeAnswer(
  db: Database,
  answer: NewAnswer,
): Promise<readonly Anthropic.ContentBlock[] | undefined> {
  const { call, used } = answer;
  const { transcript, turn } = call;
  const content = new AsWritten(answer.content);
  const calls = answer.content.filter((block) => block.type === 'tool_use');
  const [ids, names] = [calls.map(({ id }) => id), calls.map(({ name }) => name)];
  const inputs = calls.map(({ input }) => new AsWritten(input));
  const { numbers = [], body = null, log = [] } = answer.mail ?? {};
  const stored = await db
    .with('removed', () => removingDraft(db, call))
    .with('stored', (query) =>
      query
        .insertInto('agent_turns')
        .values({
          transcript,
          turn,
          model: answer.model,
          message_id: answer.messageId,
          content: sql`${content}::json`,
          stop_reason: answer.stopReason,
          usage: json((answer.usage ?? {}) as unknown as Record<string, never>),
          cost_microusd: used.microUsd,
          started_at: answer.startedAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('turn'),
    )
    // An id that was used before in this transcript has its row; the answer itself must not be lost over it.
    .with(
      'called',
      () => sql`(
        insert into tool_calls (transcript, turn, tool_use_id, position, name, input)
        select ${transcript}, stored.turn, id, number - 1, name, input
        from stored, unnest(${ids}::text[], ${names}::text[], ${inputs}::jsonb[])
          with ordinality as call (id, name, input, number)
        on conflict do nothing)`,
    )
    .with(
      'told',
      () => sql`(
        insert into briefs (transcript, turn, kind, body)
        select ${transcript}, stored.turn, 'mail', ${body}::text from stored where ${body}::text is not null
        on conflict do nothing)`,
    )
    .with(
      'delivered',
      () => sql`(
        insert into mail_deliveries (mail, transcript, turn)
        select number, ${transcript}, stored.turn from stored, unnest(${numbers}::bigint[]) as number
        on conflict do nothing)`,
    )
    .with(
      'logged',
      () => sql`(
        insert into decision_log (entry_key, epic_id, task_key, actor, kind, decision, reason, at)
        select key, epic_id, task_key, actor, 'decision', decision, reason, now()
        from stored, unnest(${log.map(({ key }) => key)}::text[], ${log.map(({ epicId }) => epicId)}::text[],
          ${log.map(({ taskKey }) => taskKey)}::text[], ${log.map(({ actor }) => actor)}::text[],
          ${log.map(({ decision }) => decision)}::text[], ${log.map(({ reason }) => reason)}::text[])
          as line (key, epic_id, task_key, actor, decision, reason)
        on conflict do nothing)`,
    )
    .with('settled', () => settling(db, call, 'answered', used))
    .selectFrom('stored')
    .select('turn')
    .executeTakeFirst();
  return stored === undefined ? undefined : (JSON.parse(content.json) as Anthropic.ContentBlock[]);
}
