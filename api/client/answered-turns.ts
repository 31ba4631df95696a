/** How many turns of an agent have been answered. Pure. */

/** An agent is counted by the turn that it is about to take. Turns of a transcript that it goes on from are among them. */
export const answeredTurns = ({ turn }: { readonly turn: number }): number => Math.max(0, turn - 1);

/** "1 turn" */
export function turnsWords(agent: { readonly turn: number }): string {
  const turns = answeredTurns(agent);
  return `${turns} turn${turns === 1 ? '' : 's'}`;
}
