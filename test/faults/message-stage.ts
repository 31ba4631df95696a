/**
 * A stage for messages: activities run here, behind gates that the test opens, and workflows in a process that it may
 * kill. All histories are replayed with the same script at the end.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { loadConfig } from '../../config/config.ts';
import { startLinear } from '../support/linear/server.ts';
import { openStage } from '../workflows/stage.ts';
import { createGates } from './gates.ts';
import { ALLOWED_CAUSES } from './invariants.ts';
import { createWorkflowProcess } from './workflow-process.ts';

export interface MessageStageOptions {
  /** Holds each activity up for a while. */
  readonly delayMs?: (activity: string) => number;
  readonly suggestContinueAsNewAt?: number;
}

const MANY = 5_000;

export async function openMessageStage({ delayMs, ...options }: MessageStageOptions = {}) {
  const gates = createGates(delayMs);
  const linear = await startLinear();
  const stage = await openStage({
    ...options,
    ...{ workflowsElsewhere: true, interceptors: gates.interceptors, epicsAtOnce: MANY, hostCapacity: MANY },
    linear: loadConfig(linear.variables).linear,
  });
  const { address, namespace } = stage;
  const process = createWorkflowProcess({ address, namespace, bundle: stage.workflowBundle.codePath });
  process.start();

  /** All runs, for whoever looks for the cause. */
  async function keepHistories(executions: readonly Execution[]): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'factory-histories-'));
    for (const { workflowId, runId } of executions) {
      const history = await stage.client.workflow.getHandle(workflowId, runId).fetchHistory();
      await writeFile(path.join(folder, `${runId}.json`), historyToJSON(history));
    }
    return folder;
  }

  return {
    ...stage,
    gates,
    process,
    linear,
    /** Ids of all executions so far whose epic is one of these. */
    async executionsOf(ids: ReadonlySet<string>): Promise<Execution[]> {
      const found: Execution[] = [];
      for await (const { workflowId, runId, status } of stage.client.workflow.list()) {
        const epicId = epicOf(workflowId);
        if (workflowId === 'supervisor' || ids.has(epicId)) {
          found.push({ workflowId, runId, epicId, isOpen: status.name === 'RUNNING' });
        }
      }
      return found;
    },
    /** Replays the histories; returns what does not fit, by the epic's id. */
    async replay(executions: readonly Execution[]): Promise<Map<string, string[]>> {
      const problems = new Map<string, string[]>();
      const add = (epicId: string, problem: string) => problems.set(epicId, [...(problems.get(epicId) ?? []), problem]);
      async function* histories(): AsyncGenerator<HistoryAndWorkflowId> {
        for (const { workflowId, runId, epicId } of executions) {
          const history = await stage.client.workflow.getHandle(workflowId, runId).fetchHistory();
          for (const { workflowTaskFailedEventAttributes: failed } of history.events ?? []) {
            if (!failed || ALLOWED_CAUSES.has(Number(failed.cause))) continue;
            add(epicId, `a workflow task of ${workflowId} failed: ${failed.failure?.message ?? failed.cause}`);
          }
          yield { workflowId, history };
        }
      }
      const { workflowBundle } = stage;
      for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories())) {
        if (error === undefined) continue;
        const folder = await keepHistories(executions.filter((one) => one.workflowId === workflowId));
        const reason = /\[TMPRL1100\][^"]*/.exec(error.message)?.[0] ?? error.message;
        add(epicOf(workflowId), `${workflowId} does not replay: ${reason} (${folder})`);
      }
      return problems;
    },
    /** Ends these executions at once, so that they take no time any more. */
    async terminate(executions: readonly Execution[]): Promise<void> {
      const open = executions.filter(({ isOpen, workflowId }) => isOpen && workflowId !== 'supervisor');
      const end = ({ workflowId }: Execution) =>
        stage.client.workflow
          .getHandle(workflowId)
          .terminate('its case is over')
          .catch(() => undefined);
      await Promise.all(open.map(end));
    },
    async close(): Promise<void> {
      gates.openAll();
      try {
        await process.kill();
      } finally {
        await stage.close({ isReplayed: true });
        await linear.close();
      }
    },
  };
}

export type MessageStage = Awaited<ReturnType<typeof openMessageStage>>;

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly epicId: string;
  readonly isOpen: boolean;
}

/** The supervisor counts as one. */
function epicOf(workflowId: string): string {
  if (workflowId.startsWith('agent-')) return workflowId.slice('agent-'.length).split('.')[0] ?? '';
  return workflowId.replace(/^epic-/, '').split('/')[0] ?? '';
}
