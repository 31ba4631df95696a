/** The machines as people see them: hosts with the tasks and epics placed there, agents at work, and the limits of all of it. */
import type { Client } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { readFactoryPause } from '../db/reads/factory-pause.ts';
import {
  countOpenEpics,
  type LastBlock,
  listAgentsAtWork,
  listForgeLimits,
  listPlacements,
  listProviderHolds,
} from '../db/reads/fleet.ts';
import { LOST_AFTER_SECONDS, listHosts } from '../db/reads/hosts.ts';
import { supervisorStatusQuery } from '../workflows/contract/supervisor.ts';
import { SUPERVISOR_WORKFLOW_ID } from '../workflows/contract/task-queues.ts';
import { oneLine } from './one-line.ts';

/** What an epic gets that says nothing else, as this process is configured. */
export interface Limits {
  readonly tasks: number;
  readonly attempts: number;
  readonly rounds: number;
  readonly turns: number;
  readonly budgetUsd: number;
}

export interface FleetDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly version: string;
  readonly limits: Limits | null;
}

/** Temporal is asked beside the database, and what it does not say by then is left out. */
const ANSWER_WITHIN_MS = 1_000;

export async function readFleet({ db, temporal, version, limits }: FleetDependencies) {
  const [pause, hosts, placements, agents, providerHolds, forgeLimits, epics, epicsAtOnce, server] = await Promise.all([
    readFactoryPause(db),
    listHosts(db, LOST_AFTER_SECONDS),
    listPlacements(db),
    listAgentsAtWork(db),
    listProviderHolds(db),
    listForgeLimits(db),
    countOpenEpics(db),
    readEpicsAtOnce(temporal),
    readServerVersion(temporal),
  ]);
  const there = new Set(hosts.map(({ name }) => name));
  return {
    pause,
    hosts: hosts.map(({ lastSeenAt, leftAt, ...host }) => ({
      ...host,
      lastSeenAt: lastSeenAt.toISOString(),
      leftAt: leftAt?.toISOString() ?? null,
      placements: placements.filter((held) => held.host === host.name).map(({ host: _, ...held }) => held),
    })),
    // Slots are held until their owners leave, also on a host that was never seen again.
    lostPlacements: placements.filter((held) => !there.has(held.host)),
    agents: agents.map(({ last, ...agent }) => ({ ...agent, lastLine: last === null ? null : lineOf(last) })),
    providerHolds,
    forgeLimits,
    epics: { admitted: epics.admitted, waiting: epics.waiting, atOnce: epicsAtOnce },
    limits,
    versions: { factory: version, node: process.version, postgres: epics.version, temporal: server },
  };
}

/** A tool call as what was called with what: a command, or its input. */
function lineOf({ kind, text, name, input }: LastBlock): string {
  if (kind !== 'tool_use') return oneLine(text ?? '');
  return oneLine(`${name}: ${commandIn(input ?? '') ?? input}`);
}

/** Cut JSON is shown as it is. */
function commandIn(input: string): string | undefined {
  try {
    const { command, path } = JSON.parse(input) as { command?: unknown; path?: unknown };
    const parts = [command, path].filter((part) => typeof part === 'string');
    return parts.length === 0 ? undefined : parts.join(' ');
  } catch {
    return undefined;
  }
}

/** The supervisor has the limit, as the worker processes gave it; null while it does not answer. */
async function readEpicsAtOnce(temporal: Client): Promise<number | null> {
  const handle = temporal.workflow.getHandle(SUPERVISOR_WORKFLOW_ID);
  const status = await within(temporal, () => handle.query<unknown, []>(supervisorStatusQuery.name));
  const { limit } = (status ?? {}) as { readonly limit?: number };
  return limit === undefined || limit === 0 ? null : limit;
}

async function readServerVersion(temporal: Client): Promise<string | null> {
  const info = await within(temporal, () => temporal.workflowService.getSystemInfo({}));
  return info?.serverVersion ?? null;
}

const within = <T>(temporal: Client, call: () => Promise<T>): Promise<T | undefined> =>
  temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, call).catch(() => undefined);
