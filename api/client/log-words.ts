/** Entries of a decision log in plain words, for the pages and for the account of an epic. Pure. */

const ACTORS: Readonly<Record<string, string>> = {
  factory: 'the factory',
  SUPERVISOR: 'the Supervisor',
  ORCHESTRATOR: 'the Orchestrator',
  WORKER: 'the Worker',
};

/** Who decided: a part of the factory, or a person by their name. */
export const actorWords = (actor: string): string => (isPerson(actor) ? actor : (ACTORS[actor] ?? actor));

/** Everybody who is no part of the factory. */
export const isPerson = (actor: string): boolean => !Object.hasOwn(ACTORS, actor);

const STATE = /(?<= )(?:COMPLETED|FAILED|CANCELLED)$/;
const VERDICT = /(?<=: )request_changes$/;
const CHANGES_REQUESTED = 'changes requested';

/** A review's verdict, everywhere that it stands by itself. */
export const verdictWords = (verdict: 'approve' | 'request_changes'): string =>
  verdict === 'approve' ? 'approved' : CHANGES_REQUESTED;

/** "epic completed" of "epic COMPLETED": what an entry ends with, since all before may be somebody's own words. */
export const decisionWords = (decision: string): string =>
  decision.replace(STATE, (state) => state.toLowerCase()).replace(VERDICT, CHANGES_REQUESTED);
