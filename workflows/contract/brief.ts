/** How the round of an agent opens: what it is told, as the workflow decided it. */

/** What a merged task brought, for those that build on it. */
export interface Delivered {
  readonly key: string;
  readonly title: string;
  /** What its Worker said of it. */
  readonly summary?: string;
  readonly mergedSha: string;
}
