/** One turn of an agent: one model call, paid once, stored before anybody acts on it. */
import type Anthropic from '@anthropic-ai/sdk';
import { Context } from '@temporalio/activity';
import { finalFailure, passingFailure } from '../../clients/failures.ts';
import { type CacheTtl, callModel, type ModelAnswer, modelRequest, requestBytes } from '../../clients/model/call.ts';
import { isOverloaded, mayBeTooLong, modelFailure } from '../../clients/model/failures.ts';
import { answeredMicroUsd, upperBoundMicroUsd } from '../../clients/model/prices.ts';
import { answeredTokens, upperBoundTokens } from '../../clients/model/tokens.ts';
import type { Database } from '../../db/connection.ts';
import { countUnanswered, readAnswer, readModelInput } from '../../db/reads/model-input.ts';
import { readUnread } from '../../db/reads/unread-mail.ts';
import { type Amount, reserveCall, settleCall, settleOpenCalls } from '../../db/writes/ledger.ts';
import { removeOverload, writeOverload } from '../../db/writes/overloads.ts';
import { writeProviderHold } from '../../db/writes/provider-holds.ts';
import {
  compactTranscript,
  type NewAnswer,
  settleLooseEnds,
  writeAnswer,
  writeBriefRow,
} from '../../db/writes/transcripts.ts';
import type { ShortBudget, ShortEpic, TaskBudget } from '../../workflows/contract/budget.ts';
import type { Interrupt } from '../../workflows/contract/interrupt.ts';
import type { AgentPin } from '../../workflows/contract/settings.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import type { ToolCallRef, TurnNote } from '../../workflows/contract/transcript.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { createStreamedTail } from '../secrets/streamed-tail.ts';
import { chooseModel, type Hold, PROVIDER } from './choose-model.ts';
import { deliveryOf } from './deliver-mail.ts';
import { createCallJoiner } from './join-calls.ts';
import { keepTrying } from './keep-answer.ts';
import { keepWords } from './keep-words.ts';
import { hideInput, keptContent } from './kept-content.ts';
import { createPinReader } from './read-pins.ts';
import { toolCallRef } from './tools.ts';
import { buildMessages, cutInTheMiddle, INTERRUPTED } from './transcript.ts';
import { lastTurnText, noteText } from './turn-notes.ts';
import { startDraft } from './write-draft.ts';

export interface TakeTurnInput {
  readonly agentId: string;
  readonly turn: number;
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
  readonly pin: AgentPin;
  /** The task's own caps, before anybody raised them. */
  readonly taskBudget?: TaskBudget;
  readonly note?: TurnNote;
  /** The cap of all calls of this purpose in the epic, besides the epic's own. */
  readonly ownCapMicroUsd?: number;
  /** How long the provider is to keep the prompt; five minutes without it. */
  readonly cacheTtl?: CacheTtl;
  /** No turn of the round comes after it. */
  readonly isLast?: boolean;
  /** Comments of people who interrupted this call, or tools of the turn before; the model receives them. */
  readonly said?: readonly Interrupt[];
}

export type TurnResult =
  | {
      readonly kind: 'answer';
      readonly stopReason: string;
      readonly toolCalls: ToolCallRef[];
      /** The model that answered, if it was not the pinned one. */
      readonly model?: string;
      /** Of the last turn of a round: what the model wrote, cut. */
      readonly said?: string;
    }
  | {
      readonly kind: 'hold';
      readonly until: string;
      readonly reason: string;
      /** The budget holds it, because of calls under way; without it the provider does. */
      readonly isBudget?: true;
    }
  | ({ readonly kind: 'budget' } & (ShortBudget | ShortEpic));

/** Characters of a report that go into the history. */
const REPORT_LIMIT = 1_000;

/** Attempts of the activity, for whatever reason, before a wait for other calls is shown; each such wait lasts a second. */
const HIDDEN_ATTEMPTS = 10;
const BUDGET_HOLD_MS = 10_000;

export interface TakeTurnDependencies {
  readonly db: Database;
  readonly client: Anthropic;
  /** How often the answer is written down while it comes, for those who watch. */
  readonly draftEveryMs?: number;
}

export function createTakeTurn({ db, client, draftEveryMs }: TakeTurnDependencies) {
  const join = createCallJoiner<TurnResult>();
  const readPrompt = createPinReader(db);

  return {
    /**
     * Asks the model for the transcript's turn and stores its answer, unless it is stored already.
     * Idempotent: a stored answer is returned and never paid again; a second run in this process joins the call under
     * way; in another process it first settles the unanswered call at its upper bound.
     * Fails: RateLimited, ModelUnavailable (retried; what repeats unchanged for ten minutes is a question then),
     * BudgetExceeded while other calls of the epic are under way (retried, and a `hold` when that lasts);
     * NotAuthenticated, ModelNotAvailable, ModelRefusedRequest, NotFound, Internal when the answer cannot be stored (final). A wait of a minute or more is an answer: `hold`.
     * Runs on: model.
     */
    async takeTurn(input: TakeTurnInput): Promise<TurnResult> {
      let characters = 0;
      const tail = createStreamedTail();
      const onText = (delta: string) => {
        characters += delta.length;
        tail.add(delta);
      };
      return withHeartbeat(
        async (cancelled) => {
          // Before it joins a call that was begun without them.
          await keepWords(db, input);
          return join(`${input.agentId}#${input.turn}`, cancelled, (signal) =>
            answerTurn({ db, client, readPrompt, signal, onText, draftEveryMs }, input),
          );
        },
        () => ({ characters, tail: tail.read() }),
      );
    },
  };
}

interface Run {
  readonly db: Database;
  readonly client: Anthropic;
  readonly readPrompt: (hash: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
  readonly onText: (delta: string) => void;
  readonly draftEveryMs: number | undefined;
}

async function answerTurn(run: Run, input: TakeTurnInput): Promise<TurnResult> {
  const { db, client, signal, onText, draftEveryMs } = run;
  const { agentId: transcript, turn, epicId, pin } = input;
  const stored = await storedResult(db, input);
  if (stored !== undefined) return stored;
  const { model, hold, wasOverloaded } = await chooseModel(db, pin);
  if (hold !== undefined) {
    // Nobody else settles this transcript's calls before the hold ends, and other agents must not wait for them.
    await settleOpenCalls(db, transcript);
    return holdOf(hold);
  }

  const { request, mail, isCompacted } = await openTurn(run, input, model);
  signal.throwIfAborted();
  const bytes = requestBytes(request);
  const bound = {
    microUsd: upperBoundMicroUsd(bytes, pin.maxTokens, model),
    tokens: upperBoundTokens(bytes, pin.maxTokens),
  };
  const { taskKey, taskBudget, purpose, ownCapMicroUsd } = input;
  const own = ownCapMicroUsd === undefined ? undefined : { purpose, capMicroUsd: ownCapMicroUsd };
  const reservation = await reserveCall(db, { transcript, turn, epicId, taskKey, model, bound, taskBudget, own });
  if (reservation.kind === 'no-budget') throw finalFailure('NotFound', `The epic ${epicId} has no budget`);
  if (reservation.kind === 'short') return { ...reservation, kind: 'budget' };
  const { log, info } = Context.current();
  if (reservation.kind === 'wait') {
    const reason = 'The rest of the budget is reserved for other calls under way';
    if (info.attempt > HIDDEN_ATTEMPTS) {
      return { ...holdOf({ until: new Date(Date.now() + BUDGET_HOLD_MS), reason }), isBudget: true };
    }
    throw passingFailure('BudgetExceeded', reason, { nextRetryDelay: '1s' });
  }

  const call = { transcript, turn, call: reservation.call };
  const startedAt = new Date();
  const draft = startDraft(db, call, {
    everyMs: draftEveryMs,
    onFailure: (error) => log.warn('The answer cannot be watched while it is written', { error }),
  });
  let answer: ModelAnswer;
  try {
    answer = await callModel(client, request, { signal, onText, onEvent: draft.add });
    draft.end();
  } catch (error) {
    draft.drop();
    const fallback = model === pin.model ? pin.fallback : undefined;
    const { outcome, next } = modelFailure(error, {
      baseUrl: client.baseURL,
      unanswered: await keepTrying(() => countUnanswered(db, transcript, turn), signal),
      hasFallback: fallback !== undefined,
    });
    // Another run would settle at its bound what was free.
    await keepTrying(() => settleCall(db, call, outcome), signal);
    if (!isCompacted && mayBeTooLong(error, bound.tokens)) return answerTurn(run, { ...input, note: 'compact' });
    if (fallback !== undefined && isOverloaded(error)) {
      await writeOverload(db, { provider: PROVIDER, model, forgetSeconds: 2 * fallback.afterSeconds });
    }
    if ('throws' in next) throw next.throws;
    const { holdUntil: until, reason } = next;
    await writeProviderHold(db, { provider: PROVIDER, model, until, reason });
    // Another model may take over before that, or now.
    return holdOf((await chooseModel(db, pin)).hold ?? { until: new Date(), reason });
  }
  const content = keptContent(answer.content, input.purpose);
  const paid = { ...answer, content, call, model, startedAt, ...(mail === undefined ? {} : { mail }) };
  const kept = await keepAnswer(db, paid, { bound, signal });
  if (wasOverloaded && model === pin.model) await removeOverload(db, { provider: PROVIDER, model });
  if (kept !== undefined) return answerOf({ stopReason: answer.stopReason, content: kept, model }, input);
  return (await storedResult(db, input)) as TurnResult;
}

const holdOf = ({ until, reason }: Hold) => ({ kind: 'hold' as const, until: until.toISOString(), reason });

/**
 * From here on the answer is paid: only a cancellation may lose it, and what fails for good is not paid again. Returns
 * the content as it was stored; undefined where another answer was first.
 */
async function keepAnswer(
  db: Database,
  answer: Omit<NewAnswer, 'used'>,
  { bound, signal }: { bound: Amount; signal: AbortSignal },
): Promise<readonly Anthropic.ContentBlock[] | undefined> {
  const used = {
    microUsd: answeredMicroUsd(answer.usage, answer.model, bound.microUsd),
    tokens: answeredTokens(answer.usage, bound.tokens),
  };
  try {
    return await keepTrying(() => writeAnswer(db, { ...answer, used }), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    await keepTrying(() => settleCall(db, answer.call, 'unknown'), signal);
    const reason = error instanceof Error ? error.message : String(error);
    throw finalFailure('Internal', `The model's answer cannot be stored: ${reason}`, { cause: error });
  }
}

/**
 * Everything that comes before the call: loose ends of earlier runs, the note, and the request. `isCompacted`: the
 * transcript was compacted for this turn.
 */
async function openTurn({ db, readPrompt }: Run, input: TakeTurnInput, model: string) {
  const { agentId: transcript, turn, epicId, taskKey, purpose, pin, note, isLast = false, cacheTtl } = input;
  // Of earlier turns too: a twin's answer may have been stored while another call was under way.
  const interrupted = await settleLooseEnds(db, { transcript, turn, words: INTERRUPTED });
  for (const call of interrupted) await hideInput(db, { transcript, ...call }, call.input);
  if (note !== undefined) {
    await writeBriefRow(db, { transcript, turn, kind: 'note', body: noteText(note, purpose) });
    if (note === 'compact') await compactTranscript(db, transcript, turn);
  }
  if (isLast) await writeBriefRow(db, { transcript, turn, kind: 'last-turn', body: lastTurnText(purpose) });
  const [prompt, rows, unread] = await Promise.all([
    readPrompt(pin.promptHash),
    readModelInput(db, transcript, turn),
    // Mail to the supervisor is for people; its brief quotes the newest.
    purpose === 'triage' ? [] : readUnread(db, { epicId, transcript, purpose, taskKey }),
  ]);
  if (rows === undefined) throw finalFailure('NotFound', `There is no transcript ${transcript}`);
  if (prompt === undefined) throw finalFailure('NotFound', `The prompt ${pin.promptHash} was never pinned`);
  // It counts as delivered with the answer alone, which is stored in the same statement.
  const mail = deliveryOf(unread, input);
  const briefs = mail === undefined ? rows.briefs : [...rows.briefs, { turn, body: mail.body }];
  const request = modelRequest({
    model,
    maxTokens: pin.maxTokens,
    prompt: JSON.parse(prompt),
    messages: buildMessages({ ...rows, briefs }, turn, { model, cacheTtl }),
    cacheTtl,
  });
  return { request, mail, isCompacted: rows.compactedBeforeTurn >= turn };
}

type Answered = Extract<TurnResult, { kind: 'answer' }>;

async function storedResult(db: Database, input: TakeTurnInput): Promise<Answered | undefined> {
  const answer = await readAnswer(db, input.agentId, input.turn);
  return answer === undefined ? undefined : answerOf(answer, input);
}

const answerOf = (
  { stopReason, content, model }: Pick<NewAnswer, 'content' | 'model' | 'stopReason'>,
  { purpose, pin, isLast = false }: TakeTurnInput,
): Answered => ({
  kind: 'answer',
  stopReason,
  toolCalls: content.flatMap((block) => (block.type === 'tool_use' ? [toolCallRef(block, purpose)] : [])),
  ...(model === pin.model ? {} : { model }),
  ...(isLast ? { said: saidIn(content) } : {}),
});

const saidIn = (content: readonly Anthropic.ContentBlock[]): string =>
  cutInTheMiddle(
    content
      .flatMap((block) => (block.type === 'text' ? [block.text] : []))
      .join('\n')
      .trim(),
    REPORT_LIMIT,
  );
