/** Histories of steps that go along with others: a checkpoint with its turn's last call, a review's worktree with its host. */
import { answer, submitWork, tasks } from '../workflows/answers.ts';
import { openStage } from '../workflows/stage.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;
type Save = (name: string, workflowId: string, stage: Stage) => Promise<void>;

export async function recordLean(save: Save): Promise<void> {
  const stage = await openStage();
  try {
    stage.play({
      takeTurn: ({ purpose, turn }) => {
        if (purpose !== 'implement') return undefined;
        return turn > 2 ? submitWork : answer({ name: 'bash' }, { name: 'bash' });
      },
      // That of the second turn is an activity of its own.
      checkpointWithCall: (turn) => (turn === 1 ? { sha: 'abc', leftOut: ['huge.bin'] } : undefined),
    });
    await (await stage.start('lean', { title: 'Lean', tasks: tasks({ only: [] }) })).result();
    await save('task-lean', 'epic-lean/task-only', stage);
    await save('agent-lean', 'agent-lean.only.implement.1', stage);
    const input = { title: 'Waits', tasks: tasks({ only: [] }), requireApproval: ['merge'] };
    const handle = await stage.start('waits', input);
    const { requestId } = await stage.asked('waits', 'merge');
    await stage.respond('waits', requestId, 'approve');
    await handle.result();
    await save('task-lean-waits', 'epic-waits/task-only', stage);
  } finally {
    await stage.close();
  }
}
