/** The result of a tool call that the agent's workflow sees to itself. */
export interface Answer {
  readonly toolUseId: string;
  readonly content: string;
  readonly isError: boolean;
  /** Below what the call itself has said. */
  readonly isAdded?: boolean;
}
