/** A person's message to an epic, from the moment it is stored until the epic has applied or refused it. */
import type { Acknowledgement } from './epic.ts';

export interface StoredMessage {
  readonly epicId: string;
  /** The id of the update that carries it: the same id is the same message. */
  readonly id: string;
  /** The update's wire name. */
  readonly name: string;
  readonly input: unknown;
}

/** A field that does not fit, by its path in what was sent: `tasks.0.key`. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export interface Refused {
  readonly kind: 'refused';
  /** A failure name. */
  readonly code: string;
  readonly message: string;
  /** One for each field that does not fit, where the epic says which. */
  readonly problems?: readonly FieldProblem[];
}

export type MessageOutcome = ({ readonly kind: 'applied' } & Acknowledgement) | Refused;

/** A message that an epic has applied; its record settles the stored one. */
export interface AppliedMessage extends Acknowledgement {
  readonly id: string;
}
