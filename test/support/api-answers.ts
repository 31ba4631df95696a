/** Answers of the API for tests of those who read them: whole, so that a renamed field is found by the type checker. */
import type { Epic, HumanRequest } from '../../cli/api.ts';

const AT = '2026-01-02T03:04:05.000Z';

export const anEpic = (fields: Partial<Epic> = {}): Epic => ({
  id: 'shop',
  title: 'Teach the shop to ship',
  state: 'IN_PROGRESS',
  phase: 'tasks',
  hold: null,
  failure: null,
  paused: false,
  priority: 0,
  repository: 'example',
  baseBranch: 'main',
  startedAt: AT,
  updatedAt: AT,
  closedAt: null,
  description: '',
  workflowId: 'epic-shop',
  runId: 'run',
  source: null,
  concurrency: 4,
  approvals: ['merge'],
  pullRequest: null,
  mergedSha: null,
  tasks: [],
  pullRequests: [],
  requests: [],
  cost: { settledUsd: 0.5, reservedUsd: 0, capUsd: 20 },
  ...fields,
});

export const aTask = (fields: Partial<Epic['tasks'][number]> = {}): Epic['tasks'][number] => ({
  id: `shop.${fields.key ?? 'slugs'}`,
  key: 'slugs',
  title: 'Make slugs',
  state: 'PENDING',
  phase: '',
  hold: null,
  failure: null,
  attempt: 0,
  dependsOn: [],
  host: null,
  branch: null,
  pullRequest: null,
  startedAt: null,
  updatedAt: AT,
  closedAt: null,
  ...fields,
});

export const aRequest = (fields: Partial<HumanRequest> = {}): HumanRequest => ({
  epicId: 'shop',
  epicTitle: 'Teach the shop to ship',
  requestId: 'merge-1',
  kind: 'merge',
  question: 'Merge pull request #3?',
  options: ['approve', 'reject'],
  taskKey: null,
  pullRequest: 3,
  headSha: 'a'.repeat(40),
  state: 'open',
  answer: null,
  askedAt: AT,
  closedAt: null,
  ...fields,
});
