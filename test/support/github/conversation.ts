/** What people say on the double's pull requests: comments, reviews with notes at lines, and replies. */
import { z } from 'zod';
import type { Call, Route } from './call.ts';
import { page } from './pages.ts';
import { refresh, show } from './pulls.ts';
import { type GivenReview, isoNow, type Note, need, type Pull, Refusal, type Said } from './state.ts';

const showSaid = ({ id, user, body, at }: Said) => ({ id, user, body, created_at: at, updated_at: at });
const showReview = (review: GivenReview) => ({
  ...{ id: review.id, user: review.user, body: review.body, state: review.state },
  ...{ commit_id: review.commit, submitted_at: review.at },
});
const showNote = (note: Note) => ({
  ...showSaid(note),
  ...{ path: note.path, line: note.line, side: 'RIGHT', commit_id: note.commit },
  pull_request_review_id: note.review,
  ...(note.replyTo === null ? {} : { in_reply_to_id: note.replyTo }),
});

const Body = z.strictObject({ body: z.string().min(1) });
const Review = z.strictObject({
  commit_id: z.string().optional(),
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  comments: z
    .array(
      z.strictObject({ path: z.string(), line: z.int().positive(), side: z.enum(['LEFT', 'RIGHT']), body: z.string() }),
    )
    .default([]),
});

const Dismissal = z.strictObject({ message: z.string().min(1), event: z.literal('DISMISS').optional() });

const pullOf = ({ repository, params }: Call): Pull => need(repository.pulls.get(Number(params.number)));

export const CONVERSATION_ROUTES: Route[] = [
  {
    method: 'GET',
    path: 'issues/:number/comments',
    right: 'read',
    answer(call) {
      const { number } = pullOf(call);
      return page(call.repository.comments.filter((one) => one.number === number).map(showSaid), call.query);
    },
  },
  {
    method: 'POST',
    path: 'issues/:number/comments',
    right: 'read',
    answer(call) {
      const { repository, user, url, hook } = call;
      const pull = pullOf(call);
      const said: Said = { id: repository.nextId++, number: pull.number, user, ...Body.parse(call.body), at: isoNow() };
      repository.comments.push(said);
      pull.updatedAt = isoNow();
      // Names the pull request by its page alone.
      const { html_url } = show(repository, pull, url);
      const issue = { number: pull.number, pull_request: { html_url } };
      hook('issue_comment', { action: 'created', issue, comment: showSaid(said) });
      return showSaid(said);
    },
  },
  {
    method: 'GET',
    path: 'pulls/:number/reviews',
    right: 'read',
    answer(call) {
      const { number } = pullOf(call);
      return page(call.repository.reviews.filter((one) => one.number === number).map(showReview), call.query);
    },
  },
  { method: 'POST', path: 'pulls/:number/reviews', right: 'read', answer: review },
  {
    method: 'PUT',
    path: 'pulls/:number/reviews/:id/dismissals',
    right: 'write',
    answer(call) {
      const { repository, params, hook } = call;
      const pull = pullOf(call);
      const given = need(
        repository.reviews.find(({ id, number }) => id === Number(params.id) && number === pull.number),
      );
      Dismissal.parse(call.body);
      if (given.state !== 'APPROVED' && given.state !== 'CHANGES_REQUESTED') {
        const what = `Can not dismiss a ${given.state.toLowerCase()} pull request review`;
        throw new Refusal(422, 'Unprocessable Entity', [what]);
      }
      given.state = 'DISMISSED';
      pull.updatedAt = isoNow();
      hook('pull_request_review', { action: 'dismissed', review: showReview(given) }, pull);
      return showReview(given);
    },
  },
  {
    method: 'GET',
    path: 'pulls/:number/comments',
    right: 'read',
    answer(call) {
      const { number } = pullOf(call);
      return page(call.repository.notes.filter((one) => one.number === number).map(showNote), call.query);
    },
  },
  {
    method: 'POST',
    path: 'pulls/:number/comments/:id/replies',
    right: 'read',
    answer(call) {
      const { repository, params, user } = call;
      const pull = pullOf(call);
      const to = need(repository.notes.find(({ id, number }) => id === Number(params.id) && number === pull.number));
      // A thread has one level.
      if (to.replyTo !== null) throw new Refusal(422, 'Validation Failed', ['in_reply_to must be a top-level comment']);
      const { path, line, commit } = to;
      const said = { id: repository.nextId++, number: pull.number, user, ...Body.parse(call.body), at: isoNow() };
      const note: Note = { ...said, path, line, commit, review: null, replyTo: to.id };
      repository.notes.push(note);
      pull.updatedAt = isoNow();
      call.hook('pull_request_review_comment', { action: 'created', comment: showNote(note) }, pull);
      return showNote(note);
    },
  },
];

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

async function review(call: Call) {
  const { repository, user, hook } = call;
  const pull = pullOf(call);
  await refresh(repository, pull);
  const { event, body, comments, commit_id: commit = pull.headSha } = Review.parse(call.body);
  if (user.login === pull.user.login && event !== 'COMMENT') {
    const what = event === 'APPROVE' ? 'approve' : 'request changes on';
    throw new Refusal(422, 'Unprocessable Entity', [`Can not ${what} your own pull request`]);
  }
  if (event !== 'APPROVE' && body === '' && comments.length === 0) {
    throw new Refusal(422, 'Unprocessable Entity', ['Body can’t be blank']);
  }
  const shown = await shownLines(call, pull, commit);
  for (const { path, line } of comments) {
    if (!shown.has(`${path}:${line}`)) throw new Refusal(422, 'Unprocessable Entity', ['Line could not be resolved']);
  }
  const at = isoNow();
  const given: GivenReview = {
    ...{ id: repository.nextId++, number: pull.number, user, body, at, state: STATES[event], commit },
  };
  repository.reviews.push(given);
  for (const { path, line, body: text } of comments) {
    const said = { id: repository.nextId++, number: pull.number, user, body: text, at };
    repository.notes.push({ ...said, path, line, commit, review: given.id, replyTo: null });
  }
  pull.updatedAt = at;
  hook('pull_request_review', { action: 'submitted', review: showReview(given) }, pull);
  return showReview(given);
}

/** The lines of the new side that the pull request shows, three around each change. */
async function shownLines({ repository }: Call, pull: Pull, commit: string): Promise<Set<string>> {
  const diff = await repository.git.git('diff', '--unified=3', `${pull.baseSha}...${commit}`);
  const shown = new Set<string>();
  let path = '';
  for (const line of diff.split('\n')) {
    path = /^\+\+\+ b\/(.*)$/.exec(line)?.[1] ?? path;
    const [, first, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (first === undefined) continue;
    for (let i = 0; i < Number(count); i++) shown.add(`${path}:${Number(first) + i}`);
  }
  return shown;
}
