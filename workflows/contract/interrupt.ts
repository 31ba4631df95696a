/** A person ends what an agent does right now: from the epic to its task and agent, which reply what they met. */
import { defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import { TaskKey } from './ids.ts';
import type { Purpose } from './states.ts';

export const Interrupt = z.object({
  interruptId: z.string().min(1).max(300),
  by: z.string().trim().min(1).max(200),
  comment: z.string().max(10_000).optional(),
});
export type Interrupt = z.infer<typeof Interrupt>;
export const interruptSignal = defineSignal<[unknown?]>('interrupt');

/** Whether the agent reads the comment of an interrupt. Nobody steers advice or answers to mail. */
export const isSteered = (purpose: Purpose): boolean => purpose !== 'triage' && purpose !== 'correspond';

/** To the epic, with whose wish it was. Without `what` nothing of an agent was running. */
export const Interrupted = Interrupt.partial({ by: true }).extend({
  taskKey: TaskKey.optional(),
  what: z.string().max(200).optional(),
});
export type Interrupted = z.infer<typeof Interrupted>;
export const interruptedSignal = defineSignal<[unknown?]>('interrupted');
