/** A revision of an epic's plan: what was changed in it, by whom and why. The first one is the plan itself. */

export interface PlanRevision {
  /** Counts within the epic, from 1. */
  readonly number: number;
  readonly at: string;
  /** A role, a person's name, or `factory`. */
  readonly by: string;
  readonly why: string;
  /** A line for each task that it changed: "adds receipts: Print receipts". */
  readonly changes: readonly string[];
}
