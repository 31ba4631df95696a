/** An epic and the issue that it came from: what it says there, each word once, and what it hears from there. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, condition, isCancellation, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { tracker } from '../activities.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { IssueNews, Word } from '../contract/issue-news.ts';
import type { EpicState } from '../contract/states.ts';
import { failureMessage } from '../failure.ts';
import { CHILD, LISTEN_AGAIN } from '../options.ts';
import { tellIssueWorkflow } from '../tracker/tell.ts';
import type { Epic } from './context.ts';
import { type Problem, type Reaction, reactionsTo } from './source-news.ts';
import { dueWords, howToAnswer, isQuestion, lastWords, requestWord } from './source-words.ts';
import { takeAnswer } from './take-answer.ts';

/**
 * Talks beside the epic's own work, which never waits for the tracker: a word that cannot be said soon is left to an
 * execution of its own. Ends with the scope that it is called in.
 */
export async function followSource(epic: Epic): Promise<void> {
  const { data, epicId } = epic;
  const { source } = data.input;
  if (source === undefined) return;
  const about = { epicId, sourceId: source.id };
  data.source ??= { told: [], heard: [] };
  const { told, heard } = data.source;
  // A later run may have missed a word between the two.
  let listened = told.length === 0 ? 0 : -1;
  let failed = false;
  const nextWord = (): Word | undefined => dueWords(epicId, data).find(({ key }) => !told.includes(key));
  const isIdle = () => nextWord() === undefined && (listened === epic.issueChanges || failed);

  for (;;) {
    const waited = epic.issueChanges;
    const isWoken = () => !isIdle() || epic.issueChanges !== waited;
    await (failed ? condition(isWoken, LISTEN_AGAIN) : condition(isWoken));
    failed = false;
    const word = nextWord();
    if (word !== undefined) await say(word);
    else if (listened !== epic.issueChanges) await listen();
  }

  async function say(word: Word): Promise<void> {
    try {
      await tracker.tellIssue(`tell the issue: ${word.key}`, { ...about, word });
    } catch (error) {
      if (isCancellation(error)) throw error;
      epic.decide('factory', 'failure', `${source?.id} hears later of: ${word.key}`, failureMessage(error));
      await tellLater(epic, word.key, [word]);
    }
    told.push(word.key);
  }

  async function listen(): Promise<void> {
    const heardUpTo = epic.issueChanges;
    const words = data.requests.map(({ requestId }) => requestWord(requestId)).filter((key) => told.includes(key));
    let news: IssueNews;
    try {
      news = await tracker.readIssue('look at the issue', { ...about, words });
    } catch (error) {
      if (isCancellation(error)) throw error;
      failed = true;
      const reason = failureMessage(error);
      if (epic.issueFailure !== reason) epic.decide('factory', 'failure', `${source?.id} could not be read`, reason);
      epic.issueFailure = reason;
      return;
    }
    epic.issueFailure = undefined;
    listened = heardUpTo;
    if (news.kind === 'unreachable') return;
    for (const reaction of reactionsTo(news, data.requests, heard)) await react(reaction);
  }

  async function react(reaction: Reaction): Promise<void> {
    switch (reaction.kind) {
      case 'stop':
        epic.decide('factory', 'decision', 'cancel the epic', reaction.reason);
        await epic.cancelSelf(reaction.reason);
        await condition(() => false);
        return;
      case 'pause-and-ask':
        return pauseAndAsk(reaction.question);
      case 'ask':
        return askOnce(reaction.requestId, reaction.question);
      case 'answer': {
        const { requestId, decision, answer, reply } = reaction;
        heard.push(reply.id);
        const words = answer === '' ? {} : { answer };
        await takeAnswer(epic, { requestId, decision, by: reply.by, ...words });
        return;
      }
      case 'explain':
        heard.push(reaction.reply.id);
        await say({
          ...{ key: `reply-${reaction.reply.id}`, kind: 'comment', about: reaction.reply.about },
          body: explanation(reaction.problem, reaction.requestId),
        });
    }
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

  function pauseAndAsk(question: string): void {
    const requestId = `done-${source?.id.toLowerCase()}`;
    if (data.requests.some((request) => request.requestId === requestId)) return;
    epic.setPaused(true, { by: 'factory', comment: 'the issue is done, says the tracker' });
    const options = ['continue', 'cancel'];
    void epic
      .askPerson({ requestId, kind: 'question', question, options })
      .then(({ by }) => epic.setPaused(false, { by }))
      .catch(() => undefined);
  }
}

/** The epic ends at once; its last words are said by whoever outlives it. */
export async function sayLastWords(epic: Epic, final: EpicState, reason: string): Promise<void> {
  const { data, epicId } = epic;
  if (data.source === undefined) return;
  const { told } = data.source;
  // What was never said because it ended first; questions have lost their point, and so has that work begins.
  const due = dueWords(epicId, data).filter(
    ({ key, kind }) => !told.includes(key) && kind !== 'move' && !isQuestion(key),
  );
  await tellLater(epic, 'result', [...due, ...lastWords(data, final, reason)]);
}

async function tellLater(epic: Epic, name: string, words: readonly Word[]): Promise<void> {
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
