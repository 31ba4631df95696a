/** What people do to the pull requests of a stage by hand, and what of it can be seen in its log. */
import { createHash } from 'node:crypto';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import type { Feedback } from '../../workflows/contract/pull-request.ts';
import type { openStage } from './stage.ts';

export const patiently = { timeoutMs: 40_000, intervalMs: 100 };
export const sha = (text: string) => createHash('sha1').update(text).digest('hex');
export const keyOf = (head: string) => head.split('/').at(-1) ?? '';
export const say = (id: string, kind: Feedback['kind'], more: Partial<Feedback> = {}): Feedback => ({
  ...{ id, kind, by: 'ada', body: `${id} please` },
  ...more,
});
export const hang = () => new Promise<TurnResult>(() => {});

export function handsOn(stage: Awaited<ReturnType<typeof openStage>>) {
  const lines = (start: string) => stage.log.filter((line) => line.startsWith(start));
  return {
    lines,
    merges: (epicId: string) => lines(`merge factory/${epicId}/`).map(keyOf),
    briefs: (key: string) => lines(`brief ${key} `).map((line) => line.split(' ')[2]),
    changed: (epicId: string, key: string) =>
      stage.client.workflow
        .getHandle(key === 'epic' ? `epic-${epicId}` : taskWorkflowId(epicId, key))
        .signal('pullRequestChanged', { number: stage.pullRequests.get(`factory/${epicId}/${key}`) }),
  };
}
