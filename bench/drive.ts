/** A running stack as it is driven from outside: only by what builds have in common, its API, Temporal and its list of processes. */
import { Client, type Connection } from '@temporalio/client';
import { type ApiClient, createClient } from '../api/client/index.ts';
import { readProcesses } from '../local/stack/process-list.ts';
import { findLeftovers } from '../test/runner/leftovers.ts';
import { type Roots, readUse, type StackUse, type User } from './use.ts';

/** For what an epic leaves to be done when it has ended, such as its last rows and folders; its CPU time counts too. */
export const AFTERMATH_MS = 1_000;

export interface BenchStack {
  readonly client: Client;
  readonly api: ApiClient;
  /** Returns its workflow's id. */
  submit(id: string, epic: Submission): Promise<string>;
  /** From the submission to the end. */
  execute(id: string, epic: Submission): Promise<{ readonly workflowId: string; readonly seconds: number }>;
  use(): StackUse;
  /** Runs `factory <command>` of the build. */
  command(...args: string[]): Promise<void>;
}

export interface Submission {
  readonly title: string;
  readonly tasks: { key: string; title: string }[];
  readonly requireApproval?: ('plan' | 'merge')[];
}

export const epicOf = (title: string, ...keys: string[]): Submission => ({
  title,
  tasks: keys.map((key) => ({ key, title: key })),
});

export interface Reached {
  readonly folder: string;
  readonly stateDir: string;
  readonly connection: Connection;
  readonly apiUrl: string;
  readonly command: BenchStack['command'];
}

export function driveStack({ folder, stateDir, connection, apiUrl, command }: Reached): BenchStack {
  const client = new Client({ connection });
  const api = createClient(apiUrl);
  const submit: BenchStack['submit'] = async (id, body) => {
    const { data, error } = await api.POST('/epics', { params: { header: { 'idempotency-key': id } }, body });
    if (data === undefined) throw new Error(`The API refused epic ${id}: ${JSON.stringify(error)}`);
    return data.workflowId;
  };
  const execute: BenchStack['execute'] = async (id, epic) => {
    const began = performance.now();
    const workflowId = await submit(id, epic);
    await client.workflow.result(workflowId);
    return { workflowId, seconds: (performance.now() - began) / 1_000 };
  };
  return { client, api, submit, execute, command, use: () => readUse(rootsOf(folder, stateDir)) };
}

/** The launcher lists its parts; all else of the stack has its folder in its environment, command line or working folder. */
function rootsOf(folder: string, stateDir: string): Roots {
  const parts = readProcesses(stateDir).map(({ pid, name }): [number, User] => [pid, name as User]);
  return { parts: new Map(parts), others: findLeftovers(folder).map(({ pid }) => pid) };
}
