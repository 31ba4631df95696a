/** Words for a message that no worker process has acted on yet, which say whether sending it again is safe. Pure. */
import { interruptTaskUpdate, interruptUpdate, rewindTaskUpdate } from '../workflows/contract/epic.ts';

const PENDING = 'it is stored, and applied as soon as a worker process answers';

/** Messages that count again each time they are sent: an interrupt ends what runs when it arrives. */
const COUNTED: ReadonlyMap<string, string> = new Map([
  [interruptUpdate.name, 'it interrupts once more'],
  [interruptTaskUpdate.name, 'it interrupts once more'],
  [rewindTaskUpdate.name, 'it takes the task back once more'],
]);

/** `hasKey`: it was sent with an Idempotency-Key. */
export function pendingWords(name: string, hasKey: boolean): string {
  const effect = COUNTED.get(name);
  if (effect === undefined) return `${PENDING}; sending it again is safe`;
  return hasKey
    ? `${PENDING}; sending it again with the same key is safe; without the key ${effect}`
    : `${PENDING}; sent again ${effect}`;
}
