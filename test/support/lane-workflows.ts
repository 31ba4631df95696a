/** The real line, and members that take whatever turn they are given. */
import { condition } from '@temporalio/workflow';

export { lineWorkflow } from '../../workflows/line/line.ts';

export async function memberWorkflow(): Promise<void> {
  await condition(() => false);
}
