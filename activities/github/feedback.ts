/** What people said on a pull request to the factory, of whom only those count who may push there. */

import type { Urgency } from '../../clients/github/gh.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import type { Feedback } from '../../workflows/contract/pull-request.ts';
import { comment, type GivenReview, hasSaid, isBy, type Writer } from './comments.ts';
import { kindOf, marked } from './hidden-marker.ts';
import type { Note, Said } from './read-comments.ts';
import { findOnGitHub, type GitHubRepo } from './repo.ts';

export interface FeedbackRules {
  /** Who the factory is; undefined for an app. */
  readonly login: string | undefined;
  readonly mayPush: (login: string) => Promise<boolean>;
  /** Whose approval of the pull request counts as one of the merge. */
  readonly approvers: readonly string[];
}

/** Oldest first. */
export async function readFeedback(said: Said, { login, mayPush, approvers }: FeedbackRules): Promise<Feedback[]> {
  const isOurs = (one: { user: Writer | null; body: string | null }) =>
    isBy(one.user, login) && kindOf(one.body) !== undefined;
  const isPerson = (one: { user: Writer | null; body: string | null }) =>
    one.user !== null && one.user.type !== 'Bot' && !isOurs(one);
  const changes = new Set(said.reviews.filter(({ state }) => state === 'CHANGES_REQUESTED').map(({ id }) => id));
  const known = approvers.map((name) => name.toLowerCase());
  const standing = standingReviews(said.reviews);

  const found: { at: string; feedback: Feedback }[] = [
    ...said.reviews.filter(isPerson).flatMap((review) => {
      const { id, body, commit_id, submitted_at: at } = review;
      const kind = kindOfReview(review, login);
      const by = review.user?.login ?? '';
      if (kind === undefined) return [];
      if (kind === 'approval' && !(known.includes(by.toLowerCase()) && standing.has(id))) return [];
      const commit = commit_id === null ? {} : { headSha: commit_id };
      return [{ at, feedback: { id: `review-${id}`, by, kind, body: body ?? '', ...commit } }];
    }),
    ...said.notes.filter(isPerson).flatMap((note) => {
      const isOfChanges = note.pull_request_review_id !== null && changes.has(note.pull_request_review_id);
      if (!isOfChanges && !addresses(note.body, login)) return [];
      const kind = isOfChanges ? ('changes' as const) : ('comment' as const);
      const line = note.line ?? note.original_line ?? undefined;
      const position = { path: note.path, ...defined({ line }) };
      const commit = note.commit_id === null ? {} : { headSha: note.commit_id };
      const body = note.body ?? '';
      const by = note.user?.login ?? '';
      return [{ at: note.created_at, feedback: { id: `note-${note.id}`, by, kind, body, ...position, ...commit } }];
    }),
    ...said.comments.filter(isPerson).flatMap(({ id, body, user, created_at: at }) => {
      if (!addresses(body, login)) return [];
      const by = user?.login ?? '';
      return [{ at, feedback: { id: `comment-${id}`, by, kind: 'comment' as const, body: body ?? '' } }];
    }),
  ];
  const writers = new Map<string, boolean>();
  for (const { feedback } of found) {
    if (!writers.has(feedback.by)) writers.set(feedback.by, await mayPush(feedback.by));
  }
  return found
    .filter(({ feedback }) => writers.get(feedback.by))
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .map(({ feedback }) => feedback);
}

const DECIDING: ReadonlySet<string> = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']);

/** Returns the ids of each login's newest deciding review: earlier ones count no longer, comments change nothing. */
function standingReviews(reviews: readonly GivenReview[]): ReadonlySet<number> {
  // In the order in which they were begun; what counts is when they were given, and of the same second the later one.
  const deciding = reviews
    .filter(({ state }) => DECIDING.has(state))
    .toSorted((a, b) => a.submitted_at.localeCompare(b.submitted_at));
  return new Set(new Map(deciding.map(({ id, user }) => [user?.login, id])).values());
}

function kindOfReview({ state, body }: GivenReview, login: string | undefined): Feedback['kind'] | undefined {
  if (state === 'CHANGES_REQUESTED') return 'changes';
  if (state === 'APPROVED') return 'approval';
  return state === 'COMMENTED' && addresses(body, login) ? 'comment' : undefined;
}

/** Whether a comment addresses the factory: it names the factory's login, or begins with the factory's command. */
function addresses(body: string | null, login: string | undefined): boolean {
  const text = body ?? '';
  if (/^\s*\/factory\b/.test(text)) return true;
  if (login === undefined) return false;
  // A login is letters, digits and hyphens; what follows must not make it another one.
  return new RegExp(`(^|[^\\w/@-])@${login}(?![\\w-])`, 'i').test(text);
}

const KEPT_MS = 600_000;

/** Whether a login may push to a place's repository; asked again after ten minutes. */
export function createPermissions() {
  const known = new Map<string, { readonly may: boolean; readonly until: number }>();
  return async function mayPush(repo: GitHubRepo, login: string, urgency: Urgency): Promise<boolean> {
    const key = `${repo.hostname} ${repo.at} ${login}`;
    const kept = known.get(key);
    if (kept !== undefined && kept.until > Date.now()) return kept.may;
    const path = `${repo.at}/collaborators/${encodeURIComponent(login)}/permission`;
    const { permission } = (await findOnGitHub<{ permission: string }>(repo, { path, ...urgency })) ?? {
      permission: 'none',
    };
    const may = permission === 'admin' || permission === 'write';
    known.set(key, { may, until: Date.now() + KEPT_MS });
    return may;
  };
}

/** Answers once a key, in the thread where there is one: a note's; else as a comment that names the person. */
export async function answer(
  repo: GitHubRepo,
  input: { number: number; feedbackId: string; key: string; body: string },
): Promise<void> {
  const { number, feedbackId, key, body } = input;
  const [, kind, id] = /^(review|note|comment)-(\d+)$/.exec(feedbackId) ?? [];
  if (kind !== 'note') return await comment(repo, { number, kind: 'answer', key: `${feedbackId} ${key}`, body });
  const path = `${repo.at}/pulls/${number}/comments`;
  const [login, notes] = await Promise.all([repo.login(), repo.list<Note>({ path })]);
  if (hasSaid(notes, login, 'answer', `${feedbackId} ${key}`)) return;
  const to = notes.find((note) => note.id === Number(id));
  // A note that was taken away has no thread any more.
  if (to === undefined) return await comment(repo, { number, kind: 'answer', key: `${feedbackId} ${key}`, body });
  await repo.call({
    method: 'POST',
    path: `${path}/${to.in_reply_to_id ?? to.id}/replies`,
    body: { body: marked(body, 'answer', `${feedbackId} ${key}`) },
  });
}
