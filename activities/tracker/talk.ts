/** What an epic says to the issue that it came from, and hears of it. */
import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { failure, finalFailure } from '../../clients/failures.ts';
import type { Database } from '../../db/connection.ts';
import { readPullRequests } from '../../db/reads/pull-requests.ts';
import { findIssueOf } from '../../db/reads/tracker.ts';
import type { IssueNews, Word } from '../../workflows/contract/issue-news.ts';
import { intakeStartOptions, isOwnComment, ownCommentId } from '../../workflows/contract/tracker.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { textHash } from './take-issue.ts';
import type { Tracker } from './tracker.ts';

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
        const parent =
          word.kind !== 'comment' || word.about === undefined ? {} : { parentId: commentId(epicId, word.about) };
        await tracker.comment({ issueId, commentId: commentId(epicId, word.key), body, ...parent });
      }),

    /**
     * Reads how the epic's issue is now, and what people replied that was not heard yet: what it answers stays in the
     * epic's history, and an epic may wait for months.
     * Idempotent: it only reads.
     * Fails: NotAuthenticated, RateLimited, TrackerUnavailable (retried).
     * Runs on: factory.
     */
    readIssue: (input: ReadIssueInput): Promise<IssueNews> =>
      withHeartbeat(async () => {
        if (tracker === undefined) return { kind: 'unreachable', reason: UNREACHABLE };
        const { issueId, taken } = await issueOf(input);
        const issue = await tracker.readIssue(issueId);
        if (issue === undefined || issue.isGone) return { kind: 'gone' };
        const words = new Map(input.words.map((key) => [commentId(input.epicId, key), key]));
        const hash = textHash(issue);
        const replies = issue.comments.flatMap(({ id, parentId = '', by, isByPerson, body }) => {
          const about = words.get(parentId);
          // Two bots that explain themselves to each other would never stop.
          const isHeard = about !== undefined && isByPerson && !isOwnComment(id) && input.heard?.includes(id) !== true;
          return isHeard ? [{ id, about, by, body: body.slice(0, LONGEST) }] : [];
        });
        return {
          ...{ kind: 'found', state: issue.state, title: issue.title },
          ...(taken === undefined || taken.textHash === hash ? {} : { rewritten: hash.slice(0, 12) }),
          replies: replies.slice(0, MOST_REPLIES),
          ...(replies.length > MOST_REPLIES ? { hasMore: true } : {}),
        };
      }),
  };
}

const UNREACHABLE = 'LINEAR_API_KEY is not set where queue factory is served';

/** What an answer may have. */
const LONGEST = 10_000;

/** Of one look, so that it stays small; the epic looks again for the rest. */
const MOST_REPLIES = 10;

const commentId = (epicId: string, key: string): string =>
  ownCommentId(createHash('sha256').update(epicId).update('\0').update(key).digest('hex'));
