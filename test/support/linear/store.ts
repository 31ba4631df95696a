/** What the Linear double keeps, and what people do to it in tests; every change is told to whoever listens. */
import { randomUUID } from 'node:crypto';
import type { StateType } from '../../../activities/tracker/tracker.ts';

export interface StoredState {
  readonly id: string;
  readonly name: string;
  readonly type: StateType;
  readonly position: number;
}

/** A member, an app with a user of its own, an integration without one, or somebody in another program. */
export type Author = 'member' | 'app' | 'bot' | 'external';

export interface StoredComment {
  readonly id: string;
  readonly issueId: string;
  readonly parentId: string | null;
  readonly by: string;
  readonly author: Author;
  readonly body: string;
  readonly createdAt: Date;
}

export interface StoredIssue {
  readonly id: string;
  identifier: string;
  team: string;
  title: string;
  description: string | null;
  priority: number;
  state: StoredState;
  labels: string[];
  trashed: boolean;
  parentId: string | null;
  readonly attachments: { readonly title: string; readonly url: string }[];
  /** Ids of the issues that block it. */
  readonly blockedBy: string[];
  readonly history: { readonly from: StoredState; readonly to: StoredState; readonly at: Date }[];
  updatedAt: Date;
}

/** What Linear would send a webhook about. */
export interface Change {
  readonly type: 'Issue' | 'Comment';
  readonly action: 'create' | 'update' | 'remove';
  readonly data: Record<string, unknown>;
}

export type NewIssue = Partial<Pick<StoredIssue, 'title' | 'description' | 'priority' | 'labels' | 'blockedBy'>> & {
  readonly team?: string;
  readonly state?: string;
  readonly parent?: StoredIssue;
  readonly attachments?: StoredIssue['attachments'];
};

/** A state's name in tests is its type, but where a team has two of a type. */
const STATES: readonly (readonly [string, StateType, number])[] = [
  ['Triage', 'triage', 0],
  ['Backlog', 'backlog', 1],
  ['Todo', 'unstarted', 2],
  // Out of order, so that the first by position is not the first in the list.
  ['In Review', 'started', 4],
  ['In Progress', 'started', 3],
  ['Done', 'completed', 5],
  ['Canceled', 'canceled', 6],
  ['Duplicate', 'duplicate', 7],
];

export function createStore(onChange: (change: Change) => void) {
  const teams = new Map(
    ['ENG', 'OPS'].map((key) => [
      key,
      STATES.map(([name, type, position]): StoredState => ({ id: randomUUID(), name, type, position })),
    ]),
  );
  const issues = new Map<string, StoredIssue>();
  const comments: StoredComment[] = [];
  let numbers = 0;
  let clock = 0;
  /** No two comments are of one time, so that their order is one. */
  const tick = (): Date => {
    clock = Math.max(Date.now(), clock + 1);
    return new Date(clock);
  };

  const stateOf = (team: string, name: string): StoredState => {
    const state = teams.get(team)?.find((candidate) => candidate.name === name);
    if (state === undefined) throw new Error(`Team ${team} has no state ${name}`);
    return state;
  };

  const payload = (issue: StoredIssue) => ({
    ...{ id: issue.id, identifier: issue.identifier, title: issue.title, team: { key: issue.team } },
    ...{ state: { name: issue.state.name, type: issue.state.type }, labels: issue.labels.map((name) => ({ name })) },
  });

  const told = (issue: StoredIssue, action: Change['action'] = 'update'): void => {
    issue.updatedAt = new Date();
    onChange({ type: 'Issue', action, data: payload(issue) });
  };

  return {
    teams,
    issues,
    comments,
    stateOf,

    /** By the id, or by what people call it. */
    find: (id: string): StoredIssue | undefined =>
      issues.get(id) ?? [...issues.values()].find(({ identifier }) => identifier === id),

    addIssue(given: NewIssue = {}): StoredIssue {
      const { team = 'ENG', state = 'Todo', parent, ...rest } = given;
      numbers += 1;
      const issue: StoredIssue = {
        ...{ id: randomUUID(), identifier: `${team}-${numbers}`, team, title: `Issue ${numbers}`, description: null },
        ...{ priority: 0, labels: [], trashed: false, attachments: [], blockedBy: [], history: [] },
        ...{ state: stateOf(team, state), parentId: parent?.id ?? null, updatedAt: new Date() },
        ...rest,
      };
      issues.set(issue.id, issue);
      told(issue, 'create');
      return issue;
    },

    move(issue: StoredIssue, to: StoredState): void {
      if (issue.state.id === to.id) return;
      issue.history.push({ from: issue.state, to, at: new Date() });
      issue.state = to;
      told(issue);
    },

    edit(issue: StoredIssue, change: Partial<Pick<StoredIssue, 'title' | 'description' | 'labels' | 'trashed'>>): void {
      Object.assign(issue, change);
      told(issue);
    },

    addComment(comment: Omit<StoredComment, 'createdAt'>): StoredComment {
      const stored = { ...comment, createdAt: tick() };
      comments.push(stored);
      const { id, issueId, parentId, body } = stored;
      onChange({ type: 'Comment', action: 'create', data: { id, issueId, parentId, body } });
      return stored;
    },
  };
}

export type LinearStore = ReturnType<typeof createStore>;
