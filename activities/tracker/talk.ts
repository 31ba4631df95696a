/** What an epic says to the issue that it came from, and hears of it. */
import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { failure, finalFailure } from '../../clients/failures.ts';
import type { Database } from '../../db/connection.ts';
import { readPullRequests } from '../../db/reads/pull-requests.ts';
import { epicStartedAt, findIssueOf, mailToPeople, type TakenIssue } from '../../db/reads/tracker.ts';
import type { IssueNews, Reply, Said, Word } from '../../workflows/contract/issue-news.ts';
import {
  intakeStartOptions,
  isForFactory,
  isOwnComment,
  mailWord,
  ownCommentId,
} from '../../workflows/contract/tracker.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { textHash } from './take-issue.ts';
import type { Comment, Tracker } from './tracker.ts';

export interface AboutIssue {
  readonly epicId: string;
  /** What the epic was told about its source: good until the intake has written which issue it is. */
  readonly sourceId: string;
}

export interface TellIssueInput extends AboutIssue {
  readonly word: Word;
}

export interface ReadIssueInput extends AboutIssue {
  /** The words that people may have replied to. */
  readonly words: readonly string[];
  /** Ids of the replies that were heard before. */
  readonly heard?: readonly string[];
}

export interface IssueTalkDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly tracker: Tracker | undefined;
}

export function createIssueTalk({ db, temporal, tracker }: IssueTalkDependencies) {
  const issueOf = async ({ epicId, sourceId }: AboutIssue) => {
    const taken = await findIssueOf(db, epicId);
    return { issueId: taken?.issueId ?? sourceId, taken };
  };

  /** The task has told it a moment ago, or is about to. */
  const linkOf = async (epicId: string, taskKey: string): Promise<string> => {
    const [opened] = await readPullRequests(db, epicId, taskKey);
    if (opened === undefined) throw failure('NotFound', `No pull request of task ${taskKey} is recorded yet`);
    return `**Pull request** [#${opened.number}](${opened.url})`;
  };

  return {
    /**
     * Comments on the epic's issue, moves it, or has the intake look at it.
     * Idempotent: a comment's id comes from the epic and the word, an issue only moves forward, an intake looks for itself.
     * Fails: InvalidInput without a tracker, TrackerRefused (final); NotAuthenticated, RateLimited, TrackerUnavailable
     * (retried).
     * Runs on: factory.
     */
    tellIssue: (input: TellIssueInput): Promise<void> =>
      withHeartbeat(async () => {
        if (tracker === undefined) throw finalFailure('InvalidInput', UNREACHABLE);
        const { epicId, word } = input;
        const { issueId } = await issueOf(input);
        if (word.kind === 'look') {
          await temporal.workflow.signalWithStart('intakeWorkflow', intakeStartOptions({ issueId }));
          return;
        }
        if (word.kind === 'move') {
          await tracker.move(word.issue ?? issueId, word.to);
          return;
        }
        const body = word.kind === 'comment' ? word.body : await linkOf(epicId, word.taskKey);
        const parentId = word.kind === 'comment' ? threadOf(epicId, word) : undefined;
        const parent = parentId === undefined ? {} : { parentId };
        await tracker.comment({ issueId, commentId: commentId(epicId, word.key), body, ...parent });
      }),

    /**
     * Reads how the epic's issue is now, and what people replied that was not heard yet: what it answers stays in the
     * epic's history, and an epic may wait for months.
     * Idempotent: it only reads.
     * Fails: TrackerRefused (final); NotAuthenticated, RateLimited, TrackerUnavailable (retried).
     * Runs on: factory.
     */
    readIssue: (input: ReadIssueInput): Promise<IssueNews> =>
      withHeartbeat(async () => {
        if (tracker === undefined) return { kind: 'unreachable', reason: UNREACHABLE };
        const { issueId, taken } = await issueOf(input);
        const issue = await tracker.readIssue(issueId);
        if (issue === undefined) return { kind: 'missing' };
        if (issue.isGone) return { kind: 'gone' };
        const hash = textHash(issue);
        const heard = (await hearing(db, input, taken))(issue.comments);
        return {
          ...{ kind: 'found', state: issue.state, title: issue.title },
          ...(taken === undefined || taken.textHash === hash ? {} : { rewritten: hash.slice(0, 12) }),
          ...heard,
        };
      }),
  };
}

type Found = { readonly said: Said } | { readonly reply: Reply };

/** Which comments an epic hears: replies to its own, and what is said to the factory since it began. */
async function hearing(db: Database, { epicId, words, heard }: ReadIssueInput, taken: TakenIssue | undefined) {
  const questions = new Map(words.map((key) => [commentId(epicId, key), key]));
  const mails = new Map(
    (await mailToPeople(db, epicId)).map((number) => [commentId(epicId, mailWord(number)), number]),
  );
  // The epic was made of the issue with its earlier comments.
  const since = taken?.takenAt ?? (await epicStartedAt(db, epicId)) ?? new Date(0);

  return (
    comments: readonly Comment[],
  ): Pick<Extract<IssueNews, { kind: 'found' }>, 'replies' | 'said' | 'hasMore'> => {
    const found = comments.flatMap(({ id, parentId = '', by, isByPerson, body: whole, createdAt }): Found[] => {
      // Two bots that explain themselves to each other would never stop.
      if (!isByPerson || isOwnComment(id) || heard?.includes(id) === true) return [];
      const body = whole.slice(0, LONGEST);
      const [about, mail] = [questions.get(parentId), mails.get(parentId)];
      const isCommand = isForFactory(whole) && new Date(createdAt) >= since;
      if (isCommand || mail !== undefined) {
        const said: Said = { id, thread: parentId === '' ? id : parentId, by, body };
        return [{ said: mail === undefined ? said : { ...said, mail } }];
      }
      return about === undefined ? [] : [{ reply: { id, about, by, body } }];
    });
    const now = found.slice(0, MOST_REPLIES);
    const said = now.flatMap((one) => ('said' in one ? [one.said] : []));
    return {
      replies: now.flatMap((one) => ('reply' in one ? [one.reply] : [])),
      ...(said.length === 0 ? {} : { said }),
      ...(found.length > MOST_REPLIES ? { hasMore: true } : {}),
    };
  };
}

const threadOf = (epicId: string, { about, thread }: Extract<Word, { kind: 'comment' }>): string | undefined =>
  about === undefined ? thread : commentId(epicId, about);

const UNREACHABLE = 'LINEAR_API_KEY is not set where queue factory is served';

/** What an answer may have. */
const LONGEST = 10_000;

/** Of one look, so that it stays small; the epic looks again for the rest. */
const MOST_REPLIES = 10;

const commentId = (epicId: string, key: string): string =>
  ownCommentId(createHash('sha256').update(epicId).update('\0').update(key).digest('hex'));
