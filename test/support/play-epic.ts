/** An epic of a suite: what is submitted, what people do on the way, and where it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, createClient } from '../../api/client/index.ts';

export type EpicNow = Answer<'Epic'>;
export type OpenRequest = EpicNow['requests'][number];
/** Where it runs, as far as playing a person needs it. */
interface Stack {
  readonly api: ReturnType<typeof createClient>;
}

/** Something that a person does once, as soon as the epic is as wanted. Tried until it works: a process may be dead. */
export interface Deed<On extends Stack> {
  readonly name: string;
  readonly when: (epic: EpicNow) => boolean;
  readonly act: (stack: On, epicId: string) => Promise<unknown>;
  /** Deeds with the same number are independent: they are done at the same time, before all others. */
  readonly beside?: number;
}

export interface PlayedEpic<On extends Stack> {
  readonly id: string;
  readonly body: { readonly title: string; readonly [field: string]: unknown };
  /** How a person answers; undefined leaves the request open. */
  readonly answer?: (request: OpenRequest) => { decision: string; answer?: string; comment?: string } | undefined;
  readonly deeds?: readonly Deed<On>[];
}

export const approveAll: NonNullable<PlayedEpic<Stack>['answer']> = ({ options }) =>
  options.includes('approve') ? { decision: 'approve' } : undefined;

const FINAL: ReadonlySet<string> = new Set(['COMPLETED', 'CANCELLED', 'FAILED']);
const LOOK_MS = 500;

/** Asked with what the epic is now, before each look: whether to give up. */
export type IsOver = (epic: EpicNow | undefined) => boolean;

export function within(timeoutMs: number): IsOver {
  const deadline = Date.now() + timeoutMs;
  return () => Date.now() >= deadline;
}

/**
 * For several epics that wait for each other: over when none of them has changed for `stillMs`, so that a slow machine may
 * take its time, and after `atMostMs` in any case.
 */
export function whileMoving({ stillMs, atMostMs }: { readonly stillMs: number; readonly atMostMs: number }): IsOver {
  const isTooLate = within(atMostMs);
  const seen = new Map<string, string>();
  let movedAt = Date.now();
  return (epic) => {
    const text = JSON.stringify(epic);
    if (epic !== undefined && seen.get(epic.id) !== text) {
      seen.set(epic.id, text);
      movedAt = Date.now();
    }
    return Date.now() - movedAt > stillMs || isTooLate(epic);
  };
}

/** Submits the epic and plays the person until it has ended; answers with what it was last when that is over. */
export async function playEpic<On extends Stack>(
  stack: On,
  epic: PlayedEpic<On>,
  isOver: IsOver,
): Promise<EpicNow | undefined> {
  const done = new Set<string>();
  const known = { isSubmitted: false, last: undefined as EpicNow | undefined };
  while (!isOver(known.last)) {
    await step(stack, epic, known, done).catch(() => undefined);
    if (known.last !== undefined && FINAL.has(known.last.state)) return known.last;
    await sleep(LOOK_MS);
  }
  return known.last;
}

async function step<On extends Stack>(
  stack: On,
  epic: PlayedEpic<On>,
  known: { isSubmitted: boolean; last: EpicNow | undefined },
  done: Set<string>,
): Promise<void> {
  const { api } = stack;
  const path = { id: epic.id };
  if (!known.isSubmitted) {
    const { response } = await api.POST('/epics', {
      params: { header: { 'idempotency-key': epic.id } },
      body: epic.body,
      signal: AbortSignal.timeout(5_000),
    });
    known.isSubmitted = response.ok;
  }
  const { data, response } = await api.GET('/epics/{id}', { params: { path }, signal: AbortSignal.timeout(5_000) });
  if (response.status !== 200 || data === undefined) return;
  const now = data as EpicNow;
  known.last = now;
  for (const request of now.requests) {
    const answer = epic.answer?.(request);
    if (answer === undefined) continue;
    const { requestId } = request;
    const body = { requestId, by: 'the suite', ...answer };
    await api.POST('/epics/{id}/respond', { params: { path }, body, signal: AbortSignal.timeout(10_000) });
  }
  const deeds = epic.deeds ?? [];
  const isDue = ({ name, when }: Deed<On>) => !done.has(name) && when(now);
  const carryOut = async ({ name, act }: Deed<On>) => {
    await act(stack, epic.id);
    done.add(name);
  };
  const beside = deeds.filter((deed) => deed.beside !== undefined && isDue(deed));
  for (const group of Map.groupBy(beside, (deed) => deed.beside).values()) {
    const outcomes = await Promise.allSettled(group.map(carryOut));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
  for (const deed of deeds) if (deed.beside === undefined && isDue(deed)) await carryOut(deed);
}
