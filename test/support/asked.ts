/** What asks for a slot in tests: each time a later step of the one run. */
import type { AskedIn } from '../../db/writes/hosts.ts';

let step = 0;

export function asked(): AskedIn {
  step += 1;
  return { generation: 1, step };
}
