/** What epics say to the supervisor. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import { EpicId, TaskKey } from './ids.ts';

/** Asks for admission; idempotent by epicId, so an epic may ask again when it hears nothing. */
export const RequestAdmission = z.object({
  epicId: EpicId,
  /** 0 is no priority (after 4), 1 the most urgent. */
  priority: z.number().int().min(0).max(4),
  /** Epics at once, as the worker process that passed this on is configured: a changed MAX_EPICS arrives so. */
  limit: z.number().int().positive().optional(),
});
export type RequestAdmission = z.infer<typeof RequestAdmission>;
export const requestAdmissionSignal = defineSignal<[unknown?]>('requestAdmission');

/** An epic has closed, or the reconciler found it closed: its slot is free. */
export const ReleaseAdmission = z.object({ epicId: EpicId });
export type ReleaseAdmission = z.infer<typeof ReleaseAdmission>;
export const releaseAdmissionSignal = defineSignal<[unknown?]>('releaseAdmission');

/** Something went wrong that its sender could not settle; idempotent by escalationId. */
export const Escalate = z.object({
  escalationId: z.string().min(1),
  epicId: EpicId,
  taskKey: TaskKey.optional(),
  /** A failure name of failures.ts. */
  failure: z.string(),
  message: z.string(),
  /** How often this same thing was retried on the supervisor's word. */
  retries: z.number().int().nonnegative(),
});
export type Escalate = z.infer<typeof Escalate>;
export const escalateSignal = defineSignal<[unknown?]>('escalate');

/** The answer to an escalation, sent to the epic as `settled`. */
export const Settlement = z.object({
  escalationId: z.string().min(1),
  action: z.enum(['retry', 'ask_human']),
  reason: z.string(),
});
export type Settlement = z.infer<typeof Settlement>;

export const supervisorStatusQuery = defineQuery<unknown>('status');

/** Carried over when the supervisor continues as new. */
export interface SupervisorCarry {
  readonly admitted: readonly string[];
  readonly waiting: readonly { readonly epicId: string; readonly priority: number }[];
  /** Messages still to be sent: a settlement, or without one the admission. */
  readonly outbox?: readonly { readonly epicId: string; readonly settlement?: Settlement }[];
}
