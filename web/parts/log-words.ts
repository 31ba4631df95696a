/** Entries of a decision log in the words of the dashboard. Pure. */
import { stateWords } from './words.ts';

const ACTORS: Readonly<Record<string, string>> = {
  factory: 'the factory',
  SUPERVISOR: 'the Supervisor',
  ORCHESTRATOR: 'the Orchestrator',
  WORKER: 'the Worker',
};

/** Who decided: a part of the factory, or a person by their name. */
export const actorWords = (actor: string): string => (Object.hasOwn(ACTORS, actor) ? (ACTORS[actor] ?? actor) : actor);

const STATE = /(?<= )(?:COMPLETED|FAILED|CANCELLED)$/;
const VERDICT = /(?<=: )request_changes$/;

/** "epic completed" of "epic COMPLETED": what an entry ends with, since all before may be somebody's own words. */
export const decisionWords = (decision: string): string =>
  decision.replace(STATE, (state) => stateWords(state).toLowerCase()).replace(VERDICT, 'changes requested');
