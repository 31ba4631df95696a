/** What Linear answers, and what the factory calls it. */
import type { Comment, Issue, StateType, SubIssue } from './tracker.ts';

/** The first of perhaps more. */
interface First<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

export interface RawIssue {
  readonly id: string;
  readonly identifier: string;
  readonly url: string;
  readonly title: string;
  readonly description: string | null;
  readonly priority: number;
  readonly trashed: boolean | null;
  readonly archivedAt: string | null;
  readonly team: { readonly key: string };
  readonly state: { readonly name: string; readonly type: StateType };
  readonly parent: { readonly id: string; readonly identifier: string } | null;
  readonly labels: First<{ readonly name: string }>;
  readonly attachments: First<{ readonly title: string; readonly url: string }>;
}

export interface RawComment {
  readonly id: string;
  readonly body: string;
  readonly createdAt: string;
  readonly parentId: string | null;
  /** Nobody where an integration wrote it; `app` is an integration with a user of its own. */
  readonly user: { readonly displayName: string; readonly app: boolean } | null;
  readonly externalUser: { readonly displayName: string } | null;
  readonly botActor: { readonly name: string | null } | null;
}

export interface RawSubIssue {
  readonly id: string;
  readonly identifier: string;
  readonly title: string;
  readonly description: string | null;
  readonly subIssueSortOrder: number | null;
  readonly state: { readonly type: StateType };
  readonly inverseRelations: First<{ readonly type: string; readonly issue: { readonly identifier: string } }>;
}

export function issueOf(raw: RawIssue, comments: readonly Comment[]): Issue {
  return {
    id: raw.id,
    identifier: raw.identifier,
    url: raw.url,
    title: raw.title,
    priority: raw.priority,
    description: raw.description ?? '',
    team: raw.team.key,
    state: raw.state,
    labels: raw.labels.nodes.map(({ name }) => name),
    ...(raw.labels.pageInfo.hasNextPage ? { hasMoreLabels: true } : {}),
    isGone: raw.trashed === true || raw.archivedAt !== null,
    attachments: raw.attachments.nodes,
    ...(raw.attachments.pageInfo.hasNextPage ? { hasMoreAttachments: true } : {}),
    comments,
    ...(raw.parent === null ? {} : { parent: raw.parent }),
  };
}

export function commentOf(raw: RawComment): Comment {
  return {
    id: raw.id,
    body: raw.body,
    createdAt: raw.createdAt,
    by: raw.user?.displayName ?? raw.externalUser?.displayName ?? raw.botActor?.name ?? 'somebody',
    isByPerson: raw.user !== null && !raw.user.app && raw.botActor === null,
    ...(raw.parentId === null ? {} : { parentId: raw.parentId }),
  };
}

export function subIssueOf(raw: RawSubIssue): SubIssue {
  const blockers = raw.inverseRelations.nodes.filter(({ type }) => type === 'blocks');
  return {
    id: raw.id,
    identifier: raw.identifier,
    title: raw.title,
    state: raw.state.type,
    description: raw.description ?? '',
    blockedBy: blockers.map(({ issue }) => issue.identifier),
    ...(raw.inverseRelations.pageInfo.hasNextPage ? { hasMoreRelations: true } : {}),
  };
}
