/**
 * A stage for workflow tests: a real Temporal server, real records and supervision on a database of its own, and a
 * stand-in for what is outside: model, hosts and forge answer at once, as the test's script says.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { TakeTurnInput, ToolCallRef, TurnResult } from '../../activities/agent/take-turn.ts';
import { createClaimActivities, createPlaceActivities } from '../../activities/place.ts';
import { createRecordActivities } from '../../activities/records.ts';
import { createSupervisionActivities } from '../../activities/supervision.ts';
import { reportHost } from '../../db/writes/hosts.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import type { EpicInput } from '../../workflows/contract/epic.ts';
import { agentId, epicWorkflowId } from '../../workflows/contract/ids.ts';
import type { EpicView } from '../../workflows/contract/records.ts';
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import { epicStartOptions } from '../../workflows/contract/start.ts';
import { createDatabase } from '../support/database.ts';
import { startTemporal, type TemporalOptions } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';

/** What the stand-ins do where a test wants something other than success. Each may wait or throw. */
export interface Script {
  settings?: Partial<EpicSettings>;
  takeTurn?: (input: TakeTurnInput) => Promise<TurnResult | undefined> | TurnResult | undefined;
  bash?: (input: { agentId: string; turn: number; taskKey?: string }) => Promise<void> | void;
  verify?: (taskKey: string, run: number) => Promise<boolean> | boolean;
  mergeTarget?: (taskKey: string, run: number) => 'unchanged' | 'conflict';
  mergePullRequest?: (number: number) => Promise<void> | void;
  prepareWorktree?: (taskKey: string) => Promise<void> | void;
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;
const sha = (text: string) => createHash('sha1').update(text).digest('hex');

export async function openStage(script: Script = {}, options: TemporalOptions & { epicsAtOnce?: number } = {}) {
  bundle ??= bundleWorkflows();
  const [temporal, database, workflowBundle] = await Promise.all([startTemporal(options), createDatabase(), bundle]);
  const { db } = database;
  const log: string[] = [];
  const runs = new Map<string, number>();
  const count = (key: string): number => {
    const next = (runs.get(key) ?? 0) + 1;
    runs.set(key, next);
    return next;
  };
  const pullRequests = new Map<string, number>();
  const transcripts = new Map<string, { agentId: string; attempt: number }>();
  const turns = new Map<string, number>();
  await reportHost(db, { name: 'stage', capacity: 50 });

  const settings: EpicSettings = {
    repository: 'example',
    baseBranch: 'main',
    budgetMicroUsd: 1_000_000,
    concurrency: 4,
    approvals: [],
    agents: Object.fromEntries(
      ['plan', 'implement', 'review'].map((purpose) => [purpose, { model: 'm', maxTokens: 100, promptHash: 'h' }]),
    ) as EpicSettings['agents'],
    limits: { attempts: 2, rounds: 2, turns: 20 },
    policy: {
      verify: [{ name: 'verify', command: 'true' }],
      env: {},
      timeouts: { setupSeconds: 1, verifySeconds: 1, commandSeconds: 1 },
    },
    policyHash: 'p',
    ...script.settings,
  };

  const factory = {
    ...createRecordActivities({ db }),
    ...createSupervisionActivities({ db, temporal: temporal.client, epicsAtOnce: options.epicsAtOnce ?? 10 }),
    ...createPlaceActivities({ db }),
    openEpic: async ({ input }: { input: EpicInput }) => ({
      ...settings,
      ...(input.repository === 'missing' ? missing() : {}),
    }),
    openTranscript: async (input: { epicId: string; taskKey?: string; purpose: 'implement'; openedBy: string }) => {
      const known = transcripts.get(input.openedBy);
      if (known !== undefined) return { ...known, nextTurn: (turns.get(known.agentId) ?? 0) + 1 };
      const attempt = count(`${input.epicId}.${input.taskKey}.${input.purpose}`);
      const opened = { agentId: agentId(input.epicId, input.taskKey, input.purpose, attempt), attempt };
      transcripts.set(input.openedBy, opened);
      return { ...opened, nextTurn: 1 };
    },
    answerToolCalls: async ({ answers }: { answers: { content: string; isError: boolean }[] }) => {
      for (const answer of answers.filter(({ isError }) => isError)) log.push(`refused: ${answer.content}`);
    },
    settleAgent: async () => {},
    setBudget: async ({ capMicroUsd }: { capMicroUsd: number }) => {
      log.push(`cap ${capMicroUsd}`);
      return { capMicroUsd, spentMicroUsd: 0, reservedMicroUsd: 0 };
    },
    ensureEpicBranch: async ({ epicId }: { epicId: string }) => ({
      branch: `factory/${epicId}/epic`,
      headSha: sha('epic'),
    }),
    updateBase: async () => ({ kind: 'unchanged', headSha: sha('base') }),
    openPullRequest: async ({ head, base, title }: { head: string; base: string; title: string }) => {
      const number = pullRequests.get(head) ?? pullRequests.size + 1;
      pullRequests.set(head, number);
      return { number, url: `local:example#${number}`, title, head, base, headSha: sha(head), state: 'open' };
    },
    reviewPullRequest: async () => {},
    mergePullRequest: async ({ number, expectedHeadSha }: { number: number; expectedHeadSha: string }) => {
      await script.mergePullRequest?.(number);
      log.push(`merge ${[...pullRequests].find(([, known]) => known === number)?.[0]}`);
      return { mergedSha: sha(`merged ${number}`), treeSha: sha(`tree ${expectedHeadSha}`) };
    },
    deliverResult: async () => ({ delivered: 'to the source' }),
  };

  const host = {
    writeBrief: async ({ brief, taskKey }: { brief: { kind: string }; taskKey?: string }) => {
      log.push(`brief ${taskKey ?? 'epic'} ${brief.kind}`);
    },
    prepareWorktree: async ({ epicId, taskKey }: { epicId: string; taskKey: string }) => {
      await script.prepareWorktree?.(taskKey);
      return {
        worktree: `/w/${epicId}/${taskKey}`,
        branch: `factory/${epicId}/${taskKey}`,
        headSha: sha('base'),
        baseSha: sha('base'),
      };
    },
    prepareDetached: async ({ name }: { name: string }) => ({ worktree: `/w/${name}`, commitSha: sha(name) }),
    removeWorktree: async () => ({ removed: true }),
    runSetup: async () => ({ ran: true }),
    bash: async (input: { agentId: string; turn: number; taskKey?: string }) => {
      log.push(`bash ${input.agentId}`);
      await script.bash?.(input);
      return { isError: false, summary: 'ok' };
    },
    edit: async () => ({ isError: false, summary: 'ok' }),
    checkpoint: async () => ({ sha: null, pushed: false, leftOut: [] }),
    commitChange: async ({ key, taskKey }: { key: string; taskKey: string }) => {
      const headSha = sha(`${taskKey} ${key}`);
      return { headSha, treeSha: sha(`tree ${headSha}`), changed: true, unresolved: [] };
    },
    verify: async ({ taskKey, commitSha }: { taskKey: string; commitSha: string }) => {
      const green = (await script.verify?.(taskKey, count(`verify ${taskKey}`))) ?? true;
      const checks = [{ name: 'verify', exitCode: green ? 0 : 1 }];
      return { green, checks, treeSha: sha(`tree ${commitSha}`) };
    },
    pushBranch: async ({ headSha }: { headSha: string }) => ({ headSha }),
    mergeTarget: async ({ taskKey }: { taskKey: string }) => {
      const kind = script.mergeTarget?.(taskKey, count(`mergeTarget ${taskKey}`)) ?? 'unchanged';
      const headSha = sha(`head ${taskKey}`);
      const targetSha = sha('target');
      if (kind === 'conflict') return { kind, files: ['src/till.js'], targetSha };
      return { kind, headSha, treeSha: sha(`tree ${headSha}`), targetSha, diffHash: sha(`diff ${taskKey}`) };
    },
  };

  const model = {
    takeTurn: async (input: TakeTurnInput): Promise<TurnResult> => {
      const result = (await script.takeTurn?.(input)) ?? defaultTurn(input);
      if (result.kind === 'answer') turns.set(input.agentId, input.turn);
      return result;
    },
  };

  const common = { connection: temporal.connection, namespace: temporal.namespace, shutdownGraceTime: 0 };
  const fast = { stickyQueueScheduleToStartTimeout: '1 second', maxHeartbeatThrottleInterval: 100 } as const;
  const workers = await Promise.all([
    Worker.create({ ...common, ...fast, taskQueue: 'factory', workflowBundle, activities: factory }),
    Worker.create({ ...common, taskQueue: 'model', activities: model }),
    Worker.create({ ...common, taskQueue: 'hosts', activities: createClaimActivities({ db, host: 'stage' }) }),
    Worker.create({ ...common, taskQueue: 'host-stage', activities: host }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  // A failed worker is seen in close(); until then nobody listens.
  running.catch(() => undefined);

  return {
    db,
    log,
    client: temporal.client,
    pullRequests,
    /** Starts an epic as the API does. */
    start: (id: string, input: unknown) =>
      temporal.client.workflow.start('epicWorkflow', { ...epicStartOptions(id, 'a test'), args: [input] }),
    handle: (id: string) => temporal.client.workflow.getHandle(epicWorkflowId(id)),
    status: (id: string): Promise<EpicView> => temporal.client.workflow.getHandle(epicWorkflowId(id)).query('status'),
    /** Waits until the epic's view fits. */
    until: (id: string, fits: (view: EpicView) => boolean, what?: string) =>
      waitFor(
        async () => {
          const view = await temporal.client.workflow.getHandle(epicWorkflowId(id)).query<EpicView>('status');
          return fits(view) && view;
        },
        { timeoutMs: 20_000, ...(what === undefined ? {} : { what }) },
      ),
    taskRow: (epicId: string, key: string) =>
      db.selectFrom('tasks').selectAll().where('epic_id', '=', epicId).where('key', '=', key).executeTakeFirst(),
    epicRow: (id: string) => db.selectFrom('epics').selectAll().where('id', '=', id).executeTakeFirst(),
    /** Replays all that ran, then ends everything. */
    async close(): Promise<void> {
      await temporal.client.workflow
        .getHandle('supervisor')
        .terminate('the test is over')
        .catch(() => undefined);
      try {
        await temporal.replayHistories({ workflowBundle });
      } finally {
        for (const worker of workers) worker.shutdown();
        await running;
        await database.drop();
        await temporal.stop();
      }
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

function missing(): never {
  throw ApplicationFailure.nonRetryable('There is no repository "missing"; configured: example', 'RepositoryMissing');
}

/** An answer that asks for these tools. */
export function answer(...toolCalls: (Partial<ToolCallRef> & { name: string })[]): TurnResult {
  const complete = toolCalls.map((call, index): ToolCallRef => {
    const runs = call.name.startsWith('submit') ? 'workflow' : 'host';
    return { id: `call-${index}`, summary: call.name, readOnly: false, runs, ...call };
  });
  return {
    kind: 'answer',
    stopReason: complete.length > 0 ? 'tool_use' : 'end_turn',
    text: '',
    toolCalls: complete,
    costMicroUsd: 10,
  };
}

export const submitWork = answer({ name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it' } });
export const submitReview = (verdict: 'approve' | 'request_changes') =>
  answer({ name: 'submit_review', input: { verdict, summary: verdict, comments: [] } });

function defaultTurn({ purpose, turn }: TakeTurnInput): TurnResult {
  if (purpose === 'plan') {
    const tasks = ['one', 'two'].map((key) => ({ key, title: `Task ${key}`, acceptance: [], dependsOn: [] }));
    return answer({ name: 'submit_plan', input: { tasks } });
  }
  if (purpose === 'review') return submitReview('approve');
  return turn % 2 === 1 ? answer({ name: 'bash' }) : submitWork;
}

/** Tasks by key with what each needs. */
export const tasks = (graph: Record<string, string[]>) =>
  Object.entries(graph).map(([key, dependsOn]) => ({ key, title: `Task ${key}`, dependsOn }));

/** For assert.rejects: the failure behind a workflow's or update's error. */
export const failsWith =
  (type: string, message = /./) =>
  (error: { cause?: { type?: string; message?: string } }): true => {
    assert.equal(error.cause?.type, type);
    assert.match(error.cause?.message ?? '', message);
    return true;
  };
