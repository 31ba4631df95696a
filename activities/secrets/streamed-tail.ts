/** The end of a text that is still being streamed, without secrets. */
import { withoutSecrets } from './redact.ts';

/** Longer than keys of several lines, which are only known by their first line. */
const SEARCHED = 20_000;
const SHOWN = 200;

/** `read` searches the text, `add` only keeps it: a text has far more deltas than heartbeats. */
export function createStreamedTail() {
  let said = '';
  return {
    add(delta: string): void {
      said += delta;
      if (said.length > 2 * SEARCHED) said = said.slice(-SEARCHED);
    },
    read(): string {
      const searched = said.slice(-SEARCHED);
      // The last word may be the first part of a secret.
      return withoutSecrets(searched.slice(0, searched.search(/\s\S*$/) + 1)).slice(-SHOWN);
    },
  };
}
