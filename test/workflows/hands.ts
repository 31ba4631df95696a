/** What people do to the pull requests of a stage by hand, and how that may end. */
import assert from 'node:assert/strict';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import type { Feedback } from '../../workflows/contract/pull-request.ts';
import type { openStage } from './stage.ts';

export const say = (id: string, kind: Feedback['kind'], more: Partial<Feedback> = {}): Feedback => ({
  ...{ id, kind, by: 'ada', body: `${id} please` },
  ...more,
});

export function handsOn(stage: Awaited<ReturnType<typeof openStage>>) {
  return {
    /** A webhook says that something happened to the pull request of a task; of the epic itself as `epic`. */
    changed: (epicId: string, key: string) =>
      stage.client.workflow
        .getHandle(key === 'epic' ? `epic-${epicId}` : taskWorkflowId(epicId, key))
        .signal('pullRequestChanged', { number: stage.pullRequests.get(`factory/${epicId}/${key}`) }),

    /** The epic ended by what was merged, which holds more than was verified and is red. */
    async assertRedMerge(epicId: string): Promise<void> {
      const row = await stage.epicRow(epicId);
      assert.equal(row?.state, 'COMPLETED');
      const red = /^merged, but main holds more than what was verified, and [0-9a-f]{12} is red: verify$/;
      assert.match(row?.phase ?? '', red);
    },
  };
}
