/** The harm that a soak does to its factory: kills, restarts, and random messages that must change no result. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { epicWorkflowId } from '../../workflows/contract/ids.ts';
import type { Lane } from './lane.ts';
import type { Random } from './random.ts';
import { createMemory, type Memory } from './soak-memory.ts';
import { inTime } from './times.ts';

export interface Harm {
  readonly kills: number;
  readonly restarts: number;
  readonly messages: number;
  readonly memory: readonly Memory[];
  readonly violations: readonly string[];
}

export interface HarmOptions {
  readonly random: Random;
  /** Between two kills; 0 for none. */
  readonly killMs: number;
  /** Ids of the epics that run now. */
  readonly open: () => readonly string[];
  readonly isTime: () => boolean;
  readonly say: (line: string) => void;
}

const RESTART_MS = 5 * 60_000;
const ANSWER_MS = 15_000;
const LONGEST_PAUSE_MS = 8_000;
/** A restart that takes longer is a stack that does not come up. */
const LONGEST_RESTART_MS = 4 * 60_000;

/** Goes on until the time is over; `end` then tells what was done. */
export function startHarm(lane: Lane, { random, killMs, open, isTime, say }: HarmOptions) {
  const memory = createMemory();
  const done = { kills: 0, restarts: 0, messages: 0, violations: [] as string[] };
  let restarting = false;

  const every = async (ms: () => number, act: () => Promise<void> | void): Promise<void> => {
    for (;;) {
      const until = Date.now() + ms();
      while (Date.now() < until && isTime()) await sleep(Math.min(500, Math.max(1, until - Date.now())));
      if (!isTime()) return;
      await act();
    }
  };

  const kill = () => {
    if (restarting) return;
    memory.sample(lane.processes());
    done.kills += 1;
    lane.worker.kill();
  };

  const restart = async (): Promise<void> => {
    restarting = true;
    const isHard = done.restarts % 2 === 1;
    done.restarts += 1;
    say(`restart ${done.restarts}${isHard ? ', everything killed at once' : ''}`);
    try {
      await inTime(lane.restart({ isHard }), LONGEST_RESTART_MS, 'the stack did not start again');
    } catch (error) {
      done.violations.push(`restart ${done.restarts}: ${(error as Error).message}`);
    }
    restarting = false;
  };

  const speak = async (): Promise<void> => {
    const ids = open();
    const id = ids[Math.floor(random() * ids.length)];
    if (id === undefined) return;
    done.messages += 1;
    await sayTo(id).catch(() => undefined);
  };

  /** Whatever is not answered may be lost with its sender; a pause is taken back, as one message, until that is answered. */
  async function sayTo(id: string): Promise<void> {
    const chance = random();
    if (chance < 0.15) {
      await post(`/epics/${id}/pause`);
      void resume(id);
      return;
    }
    if (chance < 0.3) {
      const body = { capUsd: 40 + Math.floor(random() * 40), by: 'the soak' };
      const options = { params: { path: { id } }, body, signal: AbortSignal.timeout(ANSWER_MS) };
      await lane.api.PUT('/epics/{id}/budget', options);
      return;
    }
    const [name, message] = SIGNALS[Math.floor(random() * SIGNALS.length)] as (typeof SIGNALS)[number];
    await inTime(lane.temporal.workflow.getHandle(epicWorkflowId(id)).signal(name, message), ANSWER_MS);
  }

  async function resume(id: string): Promise<void> {
    await sleep(random() * LONGEST_PAUSE_MS);
    const key = randomUUID();
    for (;;) {
      const status = await post(`/epics/${id}/resume`, key).catch(() => undefined);
      // Also when it has ended, which is an answer too.
      if (status !== undefined && status !== 202 && status < 500) return;
      if (!open().includes(id)) return;
      await sleep(1_000);
    }
  }

  async function post(path: string, key: string = randomUUID()): Promise<number> {
    const response = await fetch(`${lane.config.apiUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ by: 'the soak' }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.status;
  }

  const running = Promise.all([
    ...(killMs > 0
      ? [every(() => killMs, kill)]
      : [
          every(
            () => 20_000,
            () => memory.sample(lane.processes()),
          ),
        ]),
    every(() => RESTART_MS, restart),
    every(() => 500 + random() * 2_500, speak),
  ]);

  return {
    async end(): Promise<Harm> {
      await running;
      memory.sample(lane.processes());
      return { ...done, memory: memory.told(), violations: [...done.violations, ...memory.growing()] };
    },
  };
}

/** None of them changes what an epic comes to. */
const SIGNALS: readonly (readonly [string, unknown])[] = [
  ['resume', { by: 'the soak' }],
  ['approve', { requestId: 'nothing', by: 'the soak' }],
  ['reject', { requestId: 'nothing', by: 'the soak' }],
  ['approve', 'malformed'],
  ['unheard-of', { any: 'thing' }],
  ['pullRequestChanged', { number: 1 }],
  ['issueChanged', {}],
  ['settled', { escalationId: 'nothing', action: 'retry', reason: 'nothing' }],
  ['taskHeard', { taskKey: 'one', ids: ['comment-1'] }],
];
