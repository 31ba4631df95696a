/** How a message to the API is answered, whatever it was about. */
import { z } from 'zod';

export const ErrorBody = z
  .object({
    error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
  })
  .meta({ id: 'ErrorBody' });
export const Refusals = { '4xx': ErrorBody, '5xx': ErrorBody } as const;

/** 200 when the epic answered; 202 while nobody is there to act on the message. */
export const Done = z
  .object({ status: z.literal('done'), changed: z.boolean(), message: z.string() })
  .meta({ id: 'Done' });
export const Pending = z.object({ status: z.literal('pending'), message: z.string() }).meta({ id: 'Pending' });
export const Answers = { 200: Done, 202: Pending, ...Refusals } as const;

export const Submitted = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    /** False when the same epic was submitted before: then this is that one. */
    created: z.boolean(),
  })
  .meta({ id: 'Submitted' });
export const Starting = z
  .object({ id: z.string(), status: z.literal('starting'), message: z.string() })
  .meta({ id: 'Starting' });
