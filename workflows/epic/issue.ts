/** An epic and the issue that it came from: what it says there, each word once, and what it hears from there. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  ParentClosePolicy,
  patched,
  startChild,
} from '@temporalio/workflow';
import { tracker } from '../activities.ts';
import { CANCEL_EPIC } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { IssueNews, Said, Word } from '../contract/issue-news.ts';
import type { EpicState } from '../contract/states.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { failureMessage, isRefused } from '../failure.ts';
import { takeLook } from '../look-rate.ts';
import { CHILD, listenAgainMs } from '../options.ts';
import { tellIssueWorkflow } from '../tracker/tell.ts';
import type { Epic } from './context.ts';
import { commandOf, heardWords } from './issue-commands.ts';
import { type Problem, type Reaction, reactionsTo } from './issue-news.ts';
import { issueLooks, issueMemory, notePausing, noteRead, noteReply, noteTold, noteUnread } from './issue-state.ts';
import { dueWords, howToAnswer, isQuestion, lastWords, requestWord } from './issue-words.ts';
import { issueRequestId } from './requests.ts';
import { takeAnswer } from './take-answer.ts';

/**
 * Talks beside the epic's own work, which never waits for the tracker: a word that cannot be said soon is left to an
 * execution of its own. Ends with the scope that it is called in.
 */
export async function followIssue(epic: Epic): Promise<void> {
  const { data, epicId, runEnd } = epic;
  const { source } = data.input;
  if (source === undefined) return;
  const about = { epicId, sourceId: source.id };
  const doneId = issueRequestId(`done-${source.id.toLowerCase()}`);
  const memory = issueMemory(data);
  const looks = issueLooks(memory, Date.now());
  // A later run may have missed a word between the two.
  let listened = memory.told.length === 0 ? 0 : -1;
  const failures = () => memory.failures ?? 0;
  const nextWord = (): Word | undefined => dueWords(epicId, data).find(({ key }) => !memory.told.includes(key));
  const isIdle = () => nextWord() === undefined && (listened === epic.issueChanges || failures() > 0);

  if (isOpen(doneId)) void waitToGoOn();
  for (;;) {
    const waited = epic.issueChanges;
    const isWoken = () => !isIdle() || epic.issueChanges !== waited;
    await (failures() > 0
      ? condition(isWoken, listenAgainMs(failures()), { summary: 'read the issue again' })
      : condition(isWoken));
    const word = nextWord();
    if (word !== undefined) await say(word);
    else if (listened !== epic.issueChanges) await listenInTurn();
  }

  /** Any number of changes leads to one look a minute, of which the first few come at once. */
  async function listenInTurn(): Promise<void> {
    const pauseMs = takeLook(looks, Date.now());
    if (pauseMs > 0) await condition(() => nextWord() !== undefined, pauseMs);
    else await listen();
  }

  async function say(word: Word): Promise<void> {
    try {
      await tracker.tellIssue(`tell the issue: ${word.key}`, { ...about, word });
    } catch (error) {
      if (isCancellation(error)) throw error;
      const isFinal = isRefused(error);
      const what = isFinal ? `${source?.id} is not told` : `${source?.id} is told later`;
      epic.logFailure(`${what}: ${word.key}`, failureMessage(error));
      if (!isFinal) await deliverLater(epic, word.key, [word]);
    }
    noteTold(memory, word.key);
  }

  async function listen(): Promise<void> {
    const heardUpTo = epic.issueChanges;
    const words = data.requests
      .map(({ requestId }) => requestWord(requestId))
      .filter((key) => memory.told.includes(key));
    let news: IssueNews;
    try {
      news = await tracker.readIssue('look at the issue', { ...about, words, heard: memory.heard });
    } catch (error) {
      if (isCancellation(error)) throw error;
      const reason = failureMessage(error);
      if (noteUnread(memory, reason)) epic.logFailure(`${source?.id} could not be read`, reason);
      return;
    }
    // The next run reads and reacts.
    if (runEnd.isEnding()) await condition(() => false);
    noteRead(memory);
    const before = memory.heard.length;
    // A reply counts as heard before its answer has its effect: the run does not end in between.
    runEnd.beginWork();
    try {
      if (news.kind !== 'unreachable') {
        for (const reaction of reactionsTo(news, data.requests, memory.heard)) await react(reaction);
      }
    } finally {
      runEnd.endWork();
    }
    // The next look tells the rest, since it leaves out what this one did.
    const hasMore = news.kind === 'found' && news.hasMore === true && memory.heard.length > before;
    if (!hasMore) listened = heardUpTo;
  }

  async function react(reaction: Reaction): Promise<void> {
    switch (reaction.kind) {
      case 'stop':
        epic.logLine({ actor: 'factory', kind: 'decision', decision: CANCEL_EPIC, reason: reaction.reason });
        await epic.cancelSelf(reaction.reason);
        await condition(() => false);
        return;
      case 'pause-and-ask':
        return pauseAndAsk();
      case 'ask':
        return askOnce(reaction.requestId, reaction.question);
      case 'answer': {
        const { requestId, decision, answer, reply } = reaction;
        noteReply(memory, reply.id);
        const words = answer === '' ? {} : { answer };
        const left = await takeAnswer(epic, { requestId, decision, by: `${reply.by} (Linear)`, ...words });
        if (left !== undefined) {
          await say({ key: `reply-${reply.id}`, kind: 'comment', about: reply.about, body: left });
        }
        return;
      }
      case 'hear':
        return hear(reaction.said);
      case 'explain':
        noteReply(memory, reaction.reply.id);
        await say({
          ...{ key: `reply-${reaction.reply.id}`, kind: 'comment', about: reaction.reply.about },
          body: explanation(reaction.problem, reaction.requestId),
        });
    }
  }

  /** Noted as heard when all is done: each step is harmless twice. */
  async function hear(said: Said): Promise<void> {
    const { id, by, thread } = said;
    const command = commandOf(
      said,
      data.tasks.map(({ task }) => task.key),
    );
    const words = async () => {
      if (command === undefined) return heardWords(undefined, undefined);
      const one = { id: `linear/${id}`, by: `${by} (Linear)`, ...command };
      const [heard] = await tracker.hearPeople(`hear ${by}`, { epicId, said: [one] });
      return heardWords(command, heard);
    };
    const body = await words().catch((error: unknown) => {
      if (isCancellation(error)) throw error;
      epic.logFailure(`what ${by} said on ${source?.id} is not passed on`, failureMessage(error));
      return 'This could not be passed on; say it again in a while.';
    });
    await say({ key: `reply-${id}`, kind: 'comment', thread, body });
    noteReply(memory, id);
  }

  function explanation(problem: Problem, requestId: string): string {
    const request = data.requests.find((one) => one.requestId === requestId);
    if (request === undefined || problem === 'closed') return 'This was answered before, or has lost its point.';
    return `${problem === 'unclear' ? 'That was not understood. ' : ''}${howToAnswer(epicId, request, request.options)}`;
  }

  /** Nothing waits for the answer but whoever is asked; to cancel cancels. */
  function askOnce(requestId: string, question: string): void {
    if (data.requests.some((request) => request.requestId === requestId)) return;
    epic.open({ requestId, kind: 'question', question, options: ['continue', 'cancel'], askedBy: epic.workflowId });
  }

  function pauseAndAsk(): void {
    if (data.requests.some(({ requestId }) => requestId === doneId)) return;
    const { changed } = epic.setPaused(true, { by: 'factory', comment: 'the tracker says that the issue is done' });
    notePausing(memory, changed);
    void waitToGoOn();
  }

  /** Also in a later run of the epic; to cancel cancels. */
  async function waitToGoOn(): Promise<void> {
    const besides =
      memory.isPausing === false
        ? ' A person has paused it too; that pause stays until somebody resumes the epic.'
        : '';
    const question = `Somebody moved the issue to a completed state, so the epic is paused. Continue with the epic, or cancel it?${besides}`;
    const asked = { requestId: doneId, kind: 'question' as const, question, options: ['continue', 'cancel'] };
    epic.open({ ...asked, askedBy: epic.workflowId });
    const answer = () => epic.answerTo(doneId);
    await condition(() => answer() !== undefined).then(
      () => {
        const { decision, by } = answer() as PersonAnswered;
        // To cancel cancels, which is on its way.
        if (decision === 'cancel') return;
        // Histories from before lifted the pause of a person too.
        if (memory.isPausing === false && patched('own-pause')) sayPaused();
        else epic.setPaused(false, { by });
      },
      (error: unknown) => log.info('Nobody waits for the issue any more', { error }),
    );
  }

  function sayPaused(): void {
    if (!data.paused) return;
    const reason = 'a person paused it, and an answer on the issue does not end that pause';
    epic.logLine({ actor: 'factory', kind: 'decision', decision: 'stays paused', reason });
  }

  function isOpen(id: string): boolean {
    return data.requests.some(({ requestId, state }) => requestId === id && state === 'open');
  }
}

/** The epic ends at once; a separate workflow delivers its last words. */
export async function sayLastWords(epic: Epic, final: EpicState, reason: string): Promise<void> {
  const { data, epicId } = epic;
  if (data.source === undefined) return;
  const { told } = data.source;
  // What was never said because it ended first; questions have lost their point, and so has that work begins.
  const due = dueWords(epicId, data).filter(
    ({ key, kind }) => !told.includes(key) && kind !== 'move' && !isQuestion(key),
  );
  await deliverLater(epic, 'result', [...due, ...lastWords(data, final, reason)]);
}

async function deliverLater(epic: Epic, name: string, words: readonly Word[]): Promise<void> {
  const { epicId, data } = epic;
  const start = () =>
    startChild(tellIssueWorkflow, {
      ...CHILD,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowId: `${epicWorkflowId(epicId)}/tell-${name}`,
      staticSummary: `Tells ${data.input.source?.id}: ${name}`,
      args: [{ epicId, sourceId: data.input.source?.id ?? '', words }],
    });
  try {
    await CancellationScope.nonCancellable(start);
  } catch (error) {
    // A former run of a reset epic left it to say the same.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
