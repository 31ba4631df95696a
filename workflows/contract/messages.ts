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

export type MessageOutcome =
  | ({ readonly kind: 'applied' } & Acknowledgement)
  /** `code` is a failure name. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** A message that an epic has applied; its record settles the stored one. */
export interface AppliedMessage extends Acknowledgement {
  readonly id: string;
}
