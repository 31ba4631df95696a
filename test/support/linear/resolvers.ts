/** How the double answers the fields that the factory asks for; whatever it does not know it refuses, loudly. */
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { LinearStore, StoredComment, StoredIssue, StoredState } from './store.ts';

interface Page {
  readonly first?: number | null;
  readonly after?: string | null;
}

type Filter = Readonly<Record<string, unknown>>;

/** What Linear answers to a request that cannot be: HTTP 400, and this. */
export const invalidInput = (message: string) =>
  new GraphQLError(message, {
    extensions: { type: 'invalid input', code: 'INPUT_ERROR', statusCode: 400, userError: true },
  });

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function createRoot(store: LinearStore, me: string) {
  const required = (id: string): StoredIssue => {
    const issue = store.find(id);
    if (issue === undefined) throw invalidInput('Entity not found: Issue - Could not find referenced Issue.');
    return issue;
  };

  const stateView = ({ id, name, type, position }: StoredState) => ({ id, name, type, position });

  const commentView = ({ id, body, createdAt, parentId, issueId, by, author }: StoredComment) => ({
    ...{ id, body, createdAt, updatedAt: createdAt, parentId, issueId },
    user: author === 'member' || author === 'app' ? { displayName: by, app: author === 'app' } : null,
    externalUser: author === 'external' ? { displayName: by } : null,
    botActor: author === 'bot' ? { name: by } : null,
  });

  const issueView = (issue: StoredIssue) => {
    const { id, identifier, title, description, priority, trashed, updatedAt } = issue;
    const parent = issue.parentId === null ? undefined : store.issues.get(issue.parentId);
    const children = [...store.issues.values()].filter(({ parentId }) => parentId === id);
    return {
      ...{ id, identifier, title, description, priority, trashed, updatedAt },
      url: `https://linear.app/acme/issue/${identifier}`,
      archivedAt: trashed ? updatedAt : null,
      subIssueSortOrder: Number(identifier.split('-')[1]),
      parent: parent === undefined ? null : { id: parent.id, identifier: parent.identifier },
      state: stateView(issue.state),
      team: {
        key: issue.team,
        states: (page: Page) => connection((store.teams.get(issue.team) ?? []).map(stateView), page),
      },
      labels: (page: Page) =>
        connection(
          issue.labels.map((name) => ({ name })),
          page,
        ),
      attachments: (page: Page) => connection(issue.attachments, page),
      // Newest first, as Linear lists them.
      comments: (page: Page) =>
        connection(
          store.comments
            .filter(({ issueId }) => issueId === id)
            .map(commentView)
            .toReversed(),
          page,
        ),
      history: (page: Page) =>
        connection(
          issue.history
            .map(({ from, to, at }) => ({ createdAt: at, fromState: stateView(from), toState: stateView(to) }))
            .toReversed(),
          page,
        ),
      children: (page: Page) => connection(children.map(issueView).toReversed(), page),
      inverseRelations: (page: Page) =>
        connection(
          issue.blockedBy.map((blocker) => ({ type: 'blocks', issue: { identifier: required(blocker).identifier } })),
          page,
        ),
    };
  };

  type View = ReturnType<typeof issueView>;

  return {
    viewer: { displayName: me },
    teams: ({ filter, ...page }: Page & { filter?: Filter }) =>
      connection([...store.teams.keys()].map((key) => ({ key, name: key })).filter(fits(filter)), page),
    issue: ({ id }: { id: string }): View => issueView(required(id)),
    issues({ filter, ...page }: Page & { filter?: Filter; includeArchived?: boolean }) {
      const all = [...store.issues.values()]
        .filter((issue) => page.includeArchived === true || !issue.trashed)
        .map((issue) => ({ ...issue, view: issueView(issue) }))
        .filter(({ view, labels, team }) => fits(filter)({ ...view, team: { key: team }, labels: labels.map(named) }))
        .toSorted((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
      return connection(
        all.map(({ view }) => view),
        page,
      );
    },
    comments: ({ filter, ...page }: Page & { filter?: Filter }) =>
      connection(
        store.comments
          .map(commentView)
          .filter((comment) => fits(filter)({ ...comment, issue: { id: comment.issueId } })),
        page,
      ),

    commentCreate({ input }: { input: { id?: string; issueId?: string; body?: string; parentId?: string } }) {
      const issue = required(input.issueId ?? '');
      const { id = randomUUID(), body = '', parentId = null } = input;
      if (!UUID_V4.test(id)) throw invalidInput('id must be a UUID');
      if (body.trim() === '') throw invalidInput('body must not be empty');
      if (store.comments.some((comment) => comment.id === id)) throw invalidInput('Entity already exists: Comment');
      const parent = store.comments.find((comment) => comment.id === parentId);
      if (parentId !== null && (parent === undefined || parent.parentId !== null || parent.issueId !== issue.id)) {
        throw invalidInput('parentId must be a top-level comment of the issue');
      }
      const comment = store.addComment({ id, issueId: issue.id, body, parentId, by: me, author: 'member' });
      return { success: true, lastSyncId: 1, comment: commentView(comment) };
    },

    issueUpdate({ id, input }: { id: string; input: { stateId?: string } }) {
      const issue = required(id);
      const { stateId, ...unknown } = input;
      if (Object.keys(unknown).length > 0) throw new Error(`The double cannot change ${Object.keys(unknown).join()}`);
      const state = store.teams.get(issue.team)?.find((candidate) => candidate.id === stateId);
      if (state === undefined) throw invalidInput('Discrepancy between issue team and state');
      store.move(issue, state);
      return { success: true, lastSyncId: 1, issue: issueView(issue) };
    },
  };
}

const named = (name: string) => ({ name });

/** 50 at once by default, 250 at most; a cursor is the place of the last node. */
function connection<Node>(all: readonly Node[], { first, after }: Page) {
  const size = first ?? 50;
  if (size < 1 || size > 250) throw invalidInput('first must be between 1 and 250');
  const start = after == null ? 0 : Number(after) + 1;
  const nodes = all.slice(start, start + size);
  const end = start + nodes.length;
  const cursors = nodes.length === 0 ? {} : { startCursor: String(start), endCursor: String(end - 1) };
  return { nodes, pageInfo: { hasNextPage: end < all.length, hasPreviousPage: start > 0, ...cursors } };
}

/** Linear's filters, as far as they are used. */
function fits(filter: Filter | null | undefined): (value: unknown) => boolean {
  return (value) =>
    Object.entries(filter ?? {}).every(([name, wanted]) => {
      if (wanted === undefined || wanted === null) return true;
      if (name === 'or') return (wanted as Filter[]).some((one) => fits(one)(value));
      if (name === 'some') return (value as unknown[]).some(fits(wanted as Filter));
      const compare = COMPARE[name];
      if (compare !== undefined) return compare(value, wanted);
      if (typeof value !== 'object' || value === null || !(name in value)) {
        throw new Error(`The double has no filter ${name}`);
      }
      return fits(wanted as Filter)((value as Filter)[name]);
    });
}

const time = (value: unknown): number => new Date(value as string | Date).getTime();

const COMPARE: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  eq: (value, wanted) => value === wanted,
  eqIgnoreCase: (value, wanted) => String(value).toLowerCase() === String(wanted).toLowerCase(),
  in: (value, wanted) => (wanted as unknown[]).includes(value),
  nin: (value, wanted) => !(wanted as unknown[]).includes(value),
  gt: (value, wanted) => time(value) > time(wanted),
};
