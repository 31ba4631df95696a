/** The base branch as work knows it. */

/** A branch of the forge, and the newest commit of it that some work holds. */
export interface KnownBase {
  readonly branch: string;
  readonly sha: string;
}

/** The details of the failure BaseRewritten. */
export interface RewrittenBase {
  /** The commit that the base held. */
  readonly known: string;
  /** Where the base is now. */
  readonly now: string;
}
