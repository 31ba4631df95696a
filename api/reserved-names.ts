/** The decision log names people beside the factory's own parts, so nobody may use the name of a part. */
import { actorWords } from './client/log-words.ts';
import { ApiError } from './errors.ts';

const PARTS = ['factory', 'supervisor', 'orchestrator', 'worker'] as const;

/** A preHandler: refuses a body whose `by` is the name of a part of the factory, in whatever case. */
export async function refusePartsNames({ body }: { readonly body: unknown }): Promise<void> {
  const by = typeof body === 'object' && body !== null && 'by' in body ? body.by : undefined;
  const part = PARTS.find((name) => typeof by === 'string' && by.trim().toLowerCase() === name);
  if (part === undefined) return;
  const message = `"${by}" is ${actorWords(part === 'factory' ? part : part.toUpperCase())}; give your own name`;
  throw new ApiError('InvalidInput', `by: ${message}`, { details: [{ field: 'by', message }] });
}
