/** Where a task or epic runs, and how it leaves there. */

/** Where a task or epic runs. The epoch grows by one each time it is placed; a higher one fences the lower. */
export interface Placement {
  readonly host: string;
  readonly epoch: number;
  /** What commands run in there, in the host's words. */
  readonly sandbox?: string;
}
