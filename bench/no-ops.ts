/** The activity that does nothing. */
export interface NoOps {
  noOp(): Promise<void>;
}

export const noOps: NoOps = { noOp: async () => {} };
