/** What a run of a scenario leaves behind for the invariants to look at. */
import type { WorkflowHandle } from '@temporalio/client';
import type { ScriptedCall } from '../../local/model/server.ts';
import type { EpicNow } from '../support/play-epic.ts';
import type { SuiteEpic } from './epic.ts';
import type { Lane } from './lane.ts';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly events: NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;
}

export interface Run {
  readonly lane: Lane;
  readonly epics: readonly SuiteEpic[];
  /** The epics as the API showed them last. */
  readonly last: ReadonlyMap<string, EpicNow>;
  /** How often a model call may have been broken off: kills, and connections that were ended. */
  readonly interruptions: number;
  /** How long executions may go on after the epics have said their end; as long as a record takes, unless given. */
  readonly patienceMs?: number;
  /** Calls that the model got from these epics. */
  readonly calls: readonly ScriptedCall[];
  /** Every execution of these epics, their tasks and agents; read once. */
  readonly executions: () => Promise<Execution[]>;
}

export function createRun(facts: Omit<Run, 'calls' | 'executions'>): Run {
  const { lane, epics } = facts;
  const ids = new Set(epics.map(({ id }) => id));
  let read: Promise<Execution[]> | undefined;
  return {
    ...facts,
    calls: lane.model.calls.filter(({ situation }) => situation !== undefined && ids.has(situation.epic.id)),
    executions: () => {
      read ??= readExecutions(lane, [...ids]);
      return read;
    },
  };
}

/** Finds the epics' executions, their tasks' and their agents', all runs of each. */
export const queryOf = (ids: readonly string[]): string =>
  ids
    .flatMap((id) => [
      `WorkflowId = "epic-${id}"`,
      `WorkflowId STARTS_WITH "epic-${id}/"`,
      `WorkflowId STARTS_WITH "agent-${id}."`,
    ])
    .join(' OR ');

async function readExecutions({ temporal }: Lane, ids: readonly string[]): Promise<Execution[]> {
  const found: Execution[] = [];
  for await (const { workflowId, runId, type } of temporal.workflow.list({ query: queryOf(ids) })) {
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    found.push({ workflowId, runId, type, events: events ?? [] });
  }
  return found;
}
