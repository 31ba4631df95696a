/** What the stream of events says. */
import { z } from 'zod';

/** By what a screen reads; `cost` is of an agent's transcript, `intake` an issue of the tracker. */
export const ChangeKind = z.enum([
  'epic',
  'task',
  'agent',
  'transcript',
  'pull-request',
  'submission',
  'evidence',
  'human-request',
  'cost',
  'budget',
  'decision',
  'message',
  'mail',
  'host',
  'placement',
  'intake',
]);

export const ChangeBatch = z
  .object({
    changes: z.array(
      z.object({
        kind: ChangeKind,
        id: z.string(),
        epicId: z.string().nullable(),
        taskKey: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ChangeBatch' });
