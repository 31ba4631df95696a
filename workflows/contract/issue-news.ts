/** What an epic says to its issue, and what it hears from there. */

/** One word, once: `key` names it within the epic. */
export type Word = { readonly key: string } & (
  | {
      readonly kind: 'comment';
      readonly body: string /** The key of the word that it answers. */;
      readonly about?: string;
      /** The id of the comment that begins the thread it belongs to, where that is a person's. */
      readonly thread?: string;
    }
  /** To ourselves, when the epic has ended: what changed meanwhile was told to an epic that no longer listened. */
  | { readonly kind: 'look' }
  /** The link of the pull request that a task opened. */
  | { readonly kind: 'pull-request'; readonly taskKey: string }
  | {
      readonly kind: 'move';
      readonly to: 'started' | 'completed' /** Another issue than the epic's own. */;
      readonly issue?: string;
    }
);

/** A person's reply to a word. */
export interface Reply {
  readonly id: string;
  readonly about: string;
  readonly by: string;
  readonly body: string;
}

/** A comment to the factory itself: a command, or an answer to a mail that is shown there. */
export interface Said {
  readonly id: string;
  /** The id of the comment that begins its thread. */
  readonly thread: string;
  readonly by: string;
  readonly body: string;
  /** The number of the mail that it replies to. */
  readonly mail?: number;
}

export type IssueNews =
  /** Nothing here can reach the tracker. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** Deleted or archived. */
  | { readonly kind: 'gone' }
  /** The tracker does not know it, or does not let us see it any more: it may have been moved out of our sight. */
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'found';
      readonly state: { readonly name: string; readonly type: string };
      /** Names the text that it has now, when that is not what the epic was made of. */
      readonly rewritten?: string;
      readonly title: string;
      /** Those that were not heard before, the oldest first. */
      readonly replies: readonly Reply[];
      /** Likewise; missing where nothing was said. */
      readonly said?: readonly Said[];
      /** There are more of them than one look tells. */
      readonly hasMore?: boolean;
    };
