/** A process that prepares worktrees on a host, to be killed in the middle of it or to do so beside another one. */
import { createWorktreeActivities } from '../../activities/worktree/worktree.ts';
import type { PrepareWorktreeInput } from '../../workflows/contract/worktree.ts';
import { MockActivityEnvironment } from './activity-environment.ts';

export interface PrepareOrder {
  readonly stateDir: string;
  readonly host: string;
  readonly remote: string;
  readonly inputs: readonly PrepareWorktreeInput[];
}

process.once('message', ({ remote, inputs, ...host }: PrepareOrder) => {
  const { prepareWorktree } = createWorktreeActivities({ ...host, remoteOf: () => remote });
  const prepare = (input: PrepareWorktreeInput) => new MockActivityEnvironment().run(prepareWorktree, input);
  void Promise.all(inputs.map(prepare))
    .then(() => process.send?.('done'))
    .finally(() => process.disconnect());
});
process.send?.('ready');
