/** Where epics come from: what the factory asks of a tracker. Every call may be repeated. */

/** By what a state means, whatever a team calls it. */
export type StateType = 'triage' | 'backlog' | 'unstarted' | 'started' | 'completed' | 'canceled' | 'duplicate';

/** Nothing more happens to an issue in these, unless somebody opens it again. */
export const FINAL_STATES: readonly StateType[] = ['completed', 'canceled', 'duplicate'];
export const isFinal = (type: StateType): boolean => FINAL_STATES.includes(type);

export interface Issue {
  /** The tracker's own id: it stays when the issue moves to another team and gets another identifier. */
  readonly id: string;
  /** What people call it: ENG-12. */
  readonly identifier: string;
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** 0 is none, 1 the most urgent, 4 the least. */
  readonly priority: number;
  readonly team: string;
  readonly state: { readonly name: string; readonly type: StateType };
  readonly labels: readonly string[];
  /** There are more labels than these. */
  readonly hasMoreLabels?: boolean;
  /** Deleted or archived by a person. */
  readonly isGone: boolean;
  readonly parent?: { readonly id: string; readonly identifier: string };
  /** Oldest first, the factory's own too. */
  readonly comments: readonly Comment[];
  readonly attachments: readonly { readonly title: string; readonly url: string }[];
  /** There are more attachments than these. */
  readonly hasMoreAttachments?: boolean;
}

export interface Comment {
  readonly id: string;
  readonly parentId?: string;
  readonly by: string;
  /** A member of the workspace, not a bot, an app, or somebody in another program whose words were brought here. */
  readonly isByPerson: boolean;
  readonly body: string;
  readonly createdAt: string;
}

export interface SubIssue {
  readonly id: string;
  readonly identifier: string;
  readonly title: string;
  readonly description: string;
  readonly state: StateType;
  /** Identifiers of the issues that must be done first. */
  readonly blockedBy: readonly string[];
  /** There are more relations than were read, any of which may be a blocker. */
  readonly hasMoreRelations?: boolean;
}

export interface Changed {
  readonly id: string;
  readonly updatedAt: string;
}

export interface Tracker {
  /** Undefined when there is none, it was deleted for good, or the key may not see it any more. */
  readIssue(id: string): Promise<Issue | undefined>;
  /** In the order that people gave them. */
  readSubIssues(id: string): Promise<readonly SubIssue[]>;
  /** When it was last moved from a final state to one that is not, by anybody. */
  readReopenedAt(id: string): Promise<string | undefined>;
  /** The issues that ask to be built, or are known by id, and changed since. */
  listChanged(input: { since?: string; known: readonly string[] }): Promise<readonly Changed[]>;
  /** Comments under the id that we give it, or leaves the comment that already has it. */
  comment(input: { issueId: string; commentId: string; body: string; parentId?: string }): Promise<void>;
  /** Moves the issue to its team's first state of this type; one that is there or further is left as it is. */
  move(issueId: string, to: 'started' | 'completed'): Promise<'moved' | 'left'>;
}
