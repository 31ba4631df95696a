/** The factory as a whole as the API returns it: its log, intake, hosts and health. Absent values are null. */
import { z } from 'zod';
import { Time } from './common.ts';

const Pause = z.object({ by: z.string(), comment: z.string().nullable(), since: Time }).meta({ id: 'FactoryPause' });
/** Null while the factory is not paused. */
export const FactoryPause = Pause.nullable();
export const PauseState = z.object({ pause: FactoryPause }).meta({ id: 'PauseState' });

export const LogEntry = z
  .object({
    id: z.number().int(),
    at: Time,
    taskKey: z.string().nullable(),
    actor: z.string(),
    kind: z.string(),
    decision: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'LogEntry' });

export const IntakeEntry = z
  .object({
    identifier: z.string(),
    title: z.string(),
    url: z.string(),
    outcome: z.enum(['taken', 'skipped']),
    reason: z.string(),
    /** The newest epic that it became. */
    epicId: z.string().nullable(),
    lookedAt: Time,
  })
  .meta({ id: 'IntakeEntry' });

const Dependency = z.object({ ok: z.boolean(), message: z.string() });

export const Health = z
  .object({
    ready: z.boolean(),
    dependencies: z.record(z.string(), Dependency),
    /** The sandbox that agents' commands run in, on each host that is there. */
    sandboxes: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Health' });
