/** Taking a task back to an earlier turn of its Worker: what runs is cancelled first, then files and transcript go back. */
import type { Rewind } from '../contract/task.ts';
import { releaseHost } from '../host.ts';
import { withdraw } from './ask.ts';
import { type Task, where } from './context.ts';
import { dropReviewWorktree } from './detached-worktree.ts';
import { dropHandInAgain } from './hand-in-state.ts';
import { openFork, readWorker } from './implement.ts';
import { ensurePlacement } from './placement.ts';
import { clearPlacement as leave, leaveConflict } from './placement-state.ts';
import { leaveHandIn, markSubmission, setOpening } from './state.ts';
import { endRewind } from './status-state.ts';
import { countAfresh, updateWorker } from './worker-state.ts';

/** Does what a person wishes, the newest wish last; a host that is lost on the way leaves it to the next call. */
export async function rewindIfWanted(task: Task): Promise<void> {
  const { data } = task;
  for (let wish = data.rewind; wish !== undefined; wish = data.rewind) {
    await leaveLaterTurns(task, wish);
    await ensurePlacement(task);
    await goBack(task, wish);
    endRewind(data, wish);
  }
}

/** A place with a higher epoch follows, so that nothing of the turns that are left behind can be pushed any more. */
async function leaveLaterTurns(task: Task, { turn }: Rewind): Promise<void> {
  const { data } = task;
  await dropReviewWorktree(task);
  task.tell('ASSIGNED', `goes back to turn ${turn}`);
  markSubmission(data, 'superseded');
  leaveConflict(data);
  leaveHandIn(data);
  // A run that ended may have asked for it.
  await task.turn.leave();
  if (data.placement !== undefined) {
    await releaseHost(task.workflowId);
    leave(data);
  }
  await withdraw(task);
}

async function goBack(task: Task, { rewindId, transcript, turn, by, comment }: Rewind): Promise<void> {
  const { data, input } = task;
  const { key } = input.task;
  const rewound = await task.onHost((host) =>
    host.rewindWorktree(`back to turn ${turn}`, {
      ...where(task),
      agentId: transcript,
      turn,
      baseSha: data.baseSha as string,
      key: `rewind/${rewindId}`,
    }),
  );
  if (rewound.kind === 'impossible') {
    task.logFailure(`${key} stays where it is`, rewound.reason);
    if (data.worker !== undefined) updateWorker(data, await readWorker(task, data.worker));
    setOpening(data, { kind: 'interrupted' });
    return;
  }
  const worker = await openFork(task, rewindId, { from: transcript, atTurn: turn });
  setOpening(data, { kind: 'rewound', by, ...(comment === undefined ? {} : { comment }) });
  dropHandInAgain(data);
  countAfresh(data);
  task.logLine({
    actor: 'factory',
    kind: 'transition',
    decision: `${key} is back at turn ${turn}`,
    reason: `as ${worker.agentId}`,
  });
}
