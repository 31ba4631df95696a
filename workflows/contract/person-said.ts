/** What people say to agents at doors other than the API: on a pull request, or on the issue that an epic came from. */
import type { Address } from './mail.ts';

/** `id` names it for ever, such as the comment's id at its door: the same again is the same. */
export interface PersonSaid {
  readonly id: string;
  readonly by: string;
  readonly text: string;
  /** A word to those at work, or the answer to a mail by its number. */
  readonly to:
    | { readonly kind: 'word'; readonly recipient: Address | 'epic' }
    | { readonly kind: 'reply'; readonly number: number };
}

export type Heard =
  | { readonly kind: 'stored'; readonly number: number; readonly recipient: Address | 'epic' }
  /** Nobody would read it; why, and what to do instead. */
  | { readonly kind: 'refused'; readonly reason: string };
