/** The name of the line to a branch: whoever merges, and whoever looks for what is stuck, finds the same execution. */
import { createHash } from 'node:crypto';
import type { LineTarget } from '../workflows/contract/line.ts';

/** One line for each repository and branch. A branch's name can be longer than an id and hold what an id cannot. */
export function lineWorkflowId({ repository, branch }: LineTarget): string {
  return `line-${createHash('sha256').update(`${repository}\n${branch}`).digest('hex').slice(0, 16)}`;
}
