/** What is said about an issue of the tracker: which one it is, that somebody should look at it now, and what came of that. */
import { defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import { WORKFLOW_TASK_TIMEOUT } from './start-options.ts';
import { FACTORY_QUEUE } from './task-queues.ts';

/** The tracker's own id, which an issue keeps when it moves to another team. */
export const IssueRef = z.object({ issueId: z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'the id of an issue') });
export type IssueRef = z.infer<typeof IssueRef>;

/** To an intake and to an epic: look at the issue. It carries no facts, so that it may be lost, doubled or late. */
export const issueChangedSignal = defineSignal<[unknown?]>('issueChanged');

/** One intake an issue at a time: however many deliveries come meanwhile, it looks once more. */
export const intakeStartOptions = ({ issueId }: IssueRef) => ({
  taskQueue: FACTORY_QUEUE,
  workflowId: `intake-linear-${issueId}`,
  workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
  args: [{ issueId }],
  signal: issueChangedSignal.name,
  signalArgs: [{}],
});

/** Over the talk that ends an epic's description when an issue became it: not what people title a section of their own. */
export const COMMENTS_TITLE = 'Comments on the issue';

/** The description for those who may not see the tracker; rather too little of it than a comment. */
export function withoutComments(description: string): string {
  const at = description.search(new RegExp(`^## ${COMMENTS_TITLE}$`, 'm'));
  return at === -1 ? description : description.slice(0, at).trimEnd();
}

/** Comments of the factory have ids that begin so, which tells them from those of people without a request. */
const OWN_COMMENT = 'fac7fac7-';
export const isOwnComment = (commentId: string): boolean => commentId.startsWith(OWN_COMMENT);
/** A UUID in the form of version 4, made of 32 hexadecimal digits of a hash. */
export const ownCommentId = (hash: string): string =>
  `${OWN_COMMENT}${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;

/** Names the comment that shows a mail to people. */
export const mailWord = (number: number): string => `mail-${number}`;

/**
 * A comment that is meant for the factory, wherever it stands. Linear opens a menu at a slash, so its two commands count
 * without one too.
 */
const FOR_FACTORY = /^\s*(?:\/factory\b|factory(?=\s+(?:tell|reply)\b))[:\s]*/i;
export const isForFactory = (body: string): boolean => FOR_FACTORY.test(body);
export const withoutFactory = (body: string): string => body.replace(FOR_FACTORY, '').trim();

/** What became of an issue that was looked at. */
export interface Intake {
  readonly outcome: 'started' | 'told' | 'ended' | 'skipped' | 'ignored';
  readonly epicId?: string;
  readonly reason?: string;
}
