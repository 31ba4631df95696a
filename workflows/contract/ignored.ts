/** Messages that changed nothing: what is known of them from run to run. */
export interface IgnoredMemory {
  /** Since it was last published. */
  count: number;
  /** In milliseconds. */
  publishedAt: number;
  last?: { readonly actor: string; readonly what: string; readonly reason: string };
}
