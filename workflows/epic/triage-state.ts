/** What becomes of the Supervisor agent's answer: which of it counts, and which is advice to a person. Pure. */
import type { ParkedRound } from '../contract/agent.ts';
import type { TaskInput } from '../contract/plan.ts';
import type { FreeAction, SubmitTriage, SupervisorSettings, TriageCause } from '../contract/triage.ts';
import { change } from '../read-only-state.ts';
import { isAboutStall, openRequests } from './requests.ts';
import { type EntryFields, type EpicData, type EpicFields, isSingle, type TaskEntry, type Triage } from './state.ts';

/** What is known of the task when the answer comes. */
export interface Known {
  readonly settings: SupervisorSettings;
  /** How often the Supervisor agent has sent this task back. */
  readonly guided: number;
  /** The task is being cancelled: its answer came in the same moment. */
  readonly isCancelling?: boolean;
}

export type Verdict =
  | { readonly action: 'retry'; readonly reason: string; readonly guidance: string }
  | { readonly action: 'skip' | 'fail'; readonly reason: string }
  /** The failed task itself is a person's, who reads one of these: the task is in the plan, or does not fit there. */
  | {
      readonly action: 'add_task';
      readonly reason: string;
      readonly task: TaskInput;
      readonly added: string;
      readonly advice: string;
    }
  /** With what it suggested, in words, where it suggested something. */
  | { readonly action: 'ask_human'; readonly reason: string; readonly advice?: string };

/** A task is sent back without a person once. */
const MOST_GUIDED = 1;

/** In an epic: what is added may fail too, and lead to more. */
const MOST_ADDED = 3;

/**
 * What the setting lets it do in the epic as it is now. No task joins a plan that a person has approved, or an epic that
 * has one pull request for its one task.
 */
export function mayNow(data: EpicData, { may }: SupervisorSettings): FreeAction[] {
  const { settings, addedBySupervisor = 0 } = data;
  const mayAdd = !isSingle(data) && settings?.approvals.includes('plan') !== true && addedBySupervisor < MOST_ADDED;
  return may.filter((action) => action !== 'add_task' || mayAdd);
}

/** One more task is its own. */
export const noteAdded = (data: EpicData): void =>
  change<EpicFields>(data, { addedBySupervisor: (data.addedBySupervisor ?? 0) + 1 });

/**
 * The only way from an answer to an act. Whatever the answer says, the act is one of those that the setting names, and
 * otherwise a question to a person. `undefined`: there is no answer.
 */
export function settle(answer: SubmitTriage | undefined, { settings, guided, isCancelling = false }: Known): Verdict {
  if (answer === undefined || isCancelling) return { action: 'ask_human', reason: 'the Supervisor gave no advice' };
  const { action, reason: why, guidance, task } = answer;
  const reason = oneLine(why, REASON_LENGTH);
  const ask = (because: string): Verdict => ({ action: 'ask_human', reason: because, advice: adviceWords(answer) });
  switch (action) {
    case 'retry':
      if (!settings.may.includes('retry')) return ask('it may not retry without a person');
      if (guided >= MOST_GUIDED) return ask('it has sent this task back before');
      return guidance === undefined ? ask('it gave no guidance') : { action, reason, guidance };
    case 'skip':
    case 'fail':
      return settings.may.includes(action) ? { action, reason } : ask(`it may not ${action} without a person`);
    case 'add_task':
      if (task === undefined || !settings.may.includes('add_task')) return ask('a person changes the plan');
      return { action, reason, task, added: addedWords(task, reason), advice: adviceWords(answer) };
    case 'ask_human':
      return ask('it leaves this to a person');
  }
}

const REASON_LENGTH = 500;
const GUIDANCE_LENGTH = 700;

/** An epic that does not move: leaving it alone for another hour is what `retry` means then, and all that it may do. */
export function settleStall(
  answer: SubmitTriage | undefined,
  { may }: SupervisorSettings,
): { readonly action: 'wait' | 'ask_human'; readonly reason: string; readonly advice?: string } {
  if (answer === undefined) return { action: 'ask_human', reason: 'the Supervisor gave no advice' };
  const { action, reason } = answer;
  if (action === 'retry' && may.includes('retry')) return { action: 'wait', reason: oneLine(reason, REASON_LENGTH) };
  return { action: 'ask_human', reason: 'it leaves this to a person', advice: adviceWords(answer) };
}

/** The person's own options, where they have other names. */
const OPTION: Readonly<Partial<Record<SubmitTriage['action'], string>>> = { fail: 'cancel' };

/** "The Supervisor suggests …, because …", for the question to a person. Its words are a model's, and are quoted. */
function adviceWords({ action, reason, guidance, task }: SubmitTriage): string {
  const what =
    action === 'ask_human'
      ? 'The Supervisor has no way on'
      : task !== undefined && action === 'add_task'
        ? `The Supervisor suggests another task, “${oneLine(task.title, 200)}”`
        : `The Supervisor suggests ${OPTION[action] ?? action}`;
  const how = guidance === undefined ? '' : ` With these words: “${oneLine(guidance, GUIDANCE_LENGTH)}”`;
  return `${what}, because: “${oneLine(reason, REASON_LENGTH)}”${how}`;
}

const addedWords = ({ key, title }: TaskInput, reason: string): string =>
  `The Supervisor added the task ${key}, “${oneLine(title, 200)}”, because: “${reason}”`;

/** Neither lines nor marks of its own, so that nothing in it looks like the factory's words. */
function oneLine(text: string, most: number): string {
  const plain = text
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replaceAll(/[“”]/g, '"')
    .trim();
  return plain.length <= most ? plain : `${plain.slice(0, most - 1)}…`;
}

/** What the failure is to the Supervisor agent, by its name and what it says besides; undefined when it is none of its own. */
export function causeOf(type: string, details: readonly unknown[]): TriageCause | undefined {
  const named = details.find((detail): detail is { cause: TriageCause } => isObject(detail) && 'cause' in detail);
  return named?.cause ?? BY_TYPE[type];
}

/** A host is lost twice without a turn between, and reviewers give up as often as Workers may. */
const BY_TYPE: Readonly<Record<string, TriageCause>> = {
  HostLost: 'host-lost',
  AgentGaveUp: 'attempts',
  AgentLooped: 'attempts',
  AgentExhausted: 'attempts',
};

const isObject = (detail: unknown): detail is object => typeof detail === 'object' && detail !== null;

/** Its transcript is named by the failure that it is about, so that one failure has one. */
export function beginTriage(entry: TaskEntry): Triage {
  const triage = entry.triage ?? { openedBy: `triage/${entry.escalation?.id ?? entry.task.key}` };
  change<EntryFields>(entry, { triage });
  return triage;
}

export const parkTriage = (entry: TaskEntry, parked: ParkedRound): void =>
  change<EntryFields>(entry, { triage: { openedBy: parked.openedBy, parked } });

/** It goes on, or has ended. */
export function unparkTriage(entry: TaskEntry): ParkedRound | undefined {
  if (entry.triage === undefined) return undefined;
  const { openedBy, parked } = entry.triage;
  change<EntryFields>(entry, { triage: { openedBy } });
  return parked;
}

export const endTriage = (entry: TaskEntry): void => change<EntryFields>(entry, { triage: undefined });

/** One at a time: what is noticed while one is judged is noticed again. */
export function noteStall(data: EpicData, since: string): void {
  if (data.stall !== undefined) return;
  const openedBy = `triage/${data.startedAt}/stalled/${since}`;
  change<EpicFields>(data, { stall: { since, openedBy, places: standingsOf(data) } });
}

/** The standing of all tasks and questions as the epic knows it, without the question about the stall itself. */
const standingsOf = ({ phase, tasks, requests }: EpicData): string =>
  JSON.stringify([
    phase,
    tasks.map(({ state, phase: at, life }) => [state, at, life]),
    openRequests(requests).flatMap((open) => (isAboutStall(open) ? [] : open.requestId)),
  ]);

/** Something has moved since the stall was noticed, in whatever run. */
export const hasMoved = (data: EpicData): boolean =>
  data.stall?.places !== undefined && data.stall.places !== standingsOf(data);

export function parkStall(data: EpicData, parked: ParkedRound): void {
  if (data.stall !== undefined) change<EpicFields>(data, { stall: { ...data.stall, parked } });
}

export function unparkStall(data: EpicData): ParkedRound | undefined {
  if (data.stall === undefined) return undefined;
  const { parked, ...stall } = data.stall;
  change<EpicFields>(data, { stall });
  return parked;
}

/** A person is asked, until they have answered or the epic moves. */
export function noteStallAsked(data: EpicData, requestId: string): void {
  if (data.stall !== undefined) change<EpicFields>(data, { stall: { ...data.stall, requestId } });
}

export const endStall = (data: EpicData): void => change<EpicFields>(data, { stall: undefined });
