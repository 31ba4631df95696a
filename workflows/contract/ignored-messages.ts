/** Messages that changed nothing: what is known of them from run to run. */
export interface IgnoredMemory {
  /** Since it was last published. */
  readonly count: number;
  /** In milliseconds. */
  readonly publishedAt: number;
  readonly last?: IgnoredMessage;
}

export interface IgnoredMessage {
  readonly actor: string;
  readonly what: string;
  readonly reason: string;
}
