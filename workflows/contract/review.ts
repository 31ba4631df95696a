/** What reviews find, for those who come after. */

/** A remark of a review, of a place in a file where it names one. */
export interface Comment {
  readonly path?: string | undefined;
  readonly line?: number | undefined;
  readonly body: string;
}

/** Something that a review found. */
export interface Finding extends Comment {
  /** The review's number, with the comment's. */
  readonly id: string;
}

/** A review that asked for changes, for the reviewers after it. */
export interface EarlierReview {
  readonly number: number;
  readonly headSha: string;
  readonly summary: string;
  /** Those that no review has called settled. */
  readonly findings: readonly Finding[];
  /** The Worker's summary of the hand-in that followed. */
  readonly answer: string;
}

/** A review that asked for changes, with what is not settled of it. */
export interface PastReview {
  /** The submission's number. */
  readonly number: number;
  readonly headSha: string;
  /** Left out once a person has said something since: their words are a reason to look at the same again. */
  readonly treeSha?: string;
  /** What its Worker said of it. */
  readonly work: string;
  readonly summary: string;
  readonly findings: readonly Finding[];
  /** It came back unchanged once. */
  readonly cameBack?: true;
}
