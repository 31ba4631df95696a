/** How a message to the API is answered, whatever it was about. */
import { z } from 'zod';

export const ErrorBody = z
  .object({
    error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
  })
  .meta({ id: 'ErrorBody' });
const described = (description: string) => ({ description, content: { 'application/json': { schema: ErrorBody } } });
/** Answers to any request that is refused before its route, or that cannot be answered. */
const AtTheDoor = {
  401: described('The token of the API is missing or wrong'),
  403: described('It came under a host name, or from a page, that this API does not answer to'),
  500: described('Something unexpected went wrong; the log says more'),
  503: described('PostgreSQL or Temporal does not answer'),
} as const;
export const Refusals = {
  400: described('The input is not valid; the message names every field'),
  404: described('There is no such epic, task, agent or request'),
  414: described('An id in the address is longer than any'),
  ...AtTheDoor,
} as const;
/** Refusals of routes that change something. */
export const WriteRefusals = {
  ...Refusals,
  409: described('The state of things does not allow it, or the Idempotency-Key was sent with another content'),
  413: described('The body is larger than 2 MB'),
  415: described('The body is not JSON'),
} as const;

/** 200 when the epic answered; 202 while nobody is there to act on the message. */
export const Done = z
  .object({ status: z.literal('done'), changed: z.boolean(), message: z.string() })
  .meta({ id: 'Done' });
export const Pending = z.object({ status: z.literal('pending'), message: z.string() }).meta({ id: 'Pending' });
export const Answers = { 200: Done, 202: Pending, ...WriteRefusals } as const;

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
