/** Stand-ins for the forge: pull requests that are opened, read, answered, merged and closed at once. */
import { ApplicationFailure } from '@temporalio/common';
import type { MergeRequest, NewPullRequest } from '../../activities/forge/forge.ts';
import type { Checks } from '../../workflows/contract/pull-request.ts';
import { sha } from './names.ts';
import type { Script } from './script.ts';

interface Surroundings {
  readonly script: () => Script;
  readonly log: string[];
  readonly count: (key: string) => number;
}

export function createForgeStandIns({ script, log, count }: Surroundings) {
  const pullRequests = new Map<string, number>();
  const headOf = (number: number) => [...pullRequests].find(([, known]) => known === number)?.[0] ?? '';
  /** The branch that each was opened to go into. */
  const bases = new Map<number, string>();
  /** The head that each branch was last pushed with. */
  const pushed = new Map<string, string>();
  const closed = new Set<number>();

  const stateOf = (head: string, number: number) => ({
    ...{ number, url: `local:example#${number}`, headSha: sha(head), state: closed.has(number) ? 'closed' : 'open' },
    ...(log.includes(`merge ${head}`) || script().isMergedBefore?.(head)
      ? { state: 'merged', mergedSha: sha(`merged ${number}`) }
      : {}),
  });

  const activities = {
    ensureEpicBranch: async ({ epicId }: { epicId: string }) => ({
      branch: `factory/${epicId}/epic`,
      headSha: sha('epic'),
    }),
    updateBase: async ({ known }: { known?: string }) => {
      const files = script().updateBase?.(known);
      return files === undefined ? { kind: 'unchanged', headSha: sha('base') } : { kind: 'conflict', files };
    },
    openPullRequest: async ({ head, base, title, reopens = false }: NewPullRequest) => {
      const found = script().openPullRequest?.(head, count(`open ${head}`), reopens);
      const number = pullRequests.get(head) ?? pullRequests.size + 1;
      pullRequests.set(head, number);
      if (reopens) closed.delete(number);
      bases.set(number, bases.get(number) ?? base);
      return { title, head, base: bases.get(number), ...stateOf(head, number), ...found };
    },
    findPullRequest: async ({ epicId, taskKey }: { epicId: string; taskKey: string }) => {
      const head = `factory/${epicId}/${taskKey}`;
      const number = pullRequests.get(head);
      if (number === undefined) return null;
      return { title: head, head, base: bases.get(number), ...stateOf(head, number) };
    },
    readPullRequest: async ({ number, heard = [] }: { number: number; heard?: string[] }) => {
      const head = headOf(number);
      const seen = { title: head, head, base: bases.get(number), ...stateOf(head, number), feedback: [] };
      const changed = (await script().readPullRequest?.(head, count(`read ${head}`))) ?? {};
      const feedback = (changed.feedback ?? []).filter(({ id, kind }) => kind === 'approval' || !heard.includes(id));
      return { ...seen, ...(pushed.has(head) ? { headSha: pushed.get(head) } : {}), ...changed, feedback };
    },
    readChecks: async ({ number, headSha }: { number: number; headSha: string }): Promise<Checks> => {
      const head = headOf(number);
      const checks = script().readChecks?.(head, count(`checks ${head}`), headSha);
      if (checks !== undefined) log.push(`checks ${head}: ${checks.state}`);
      return { state: 'none', pending: [], failed: [], ...checks };
    },
    rerunChecks: async ({ number }: { number: number }) => {
      const head = headOf(number);
      log.push(`rerun ${head}`);
      return { names: script().rerunChecks?.(head) ?? [] };
    },
    answerFeedback: async ({ key, body }: { key: string; body: string }) => {
      script().answerFeedback?.(key);
      log.push(`${key}: ${body.replaceAll(/[0-9a-f]{40}/g, 'SHA')}`);
    },
    closePullRequest: async ({ number }: { number: number }) => {
      const head = headOf(number);
      const now = stateOf(head, number);
      if (now.state === 'merged') return now;
      await script().closePullRequest?.(head);
      log.push(`close ${head}`);
      closed.add(number);
      return { state: 'closed' };
    },
    reviewPullRequest: async ({ number }: { number: number }) =>
      script().reviewPullRequest?.(count(`review ${headOf(number)}`)),
    mergePullRequest: async ({ number, expectedHeadSha, base, standsOn }: MergeRequest & { number: number }) => {
      const head = headOf(number);
      if (base !== bases.get(number))
        throw ApplicationFailure.nonRetryable(`not into ${base}`, 'PullRequestRetargeted');
      await script().mergePullRequest?.(head, count(`merge ${head}`), standsOn?.sha);
      log.push(`merge ${head}`);
      return {
        mergedSha: sha(`merged ${number}`),
        treeSha: script().mergedTree?.(head) ?? sha(`tree ${expectedHeadSha}`),
      };
    },
    deliverResult: async ({ epicId }: { epicId: string }) => {
      script().deliverResult?.(epicId);
      return { delivered: 'to the source' };
    },
  };
  return { pullRequests, pushed, activities };
}
