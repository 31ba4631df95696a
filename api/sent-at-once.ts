/** Bounds the answers that one route of this process sends at the same time, and ends them when the API stops. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError } from './errors.ts';

export interface SentAtOnceOptions<Sent> {
  /** Answers at once in this process. */
  readonly most: number;
  /** For the sentence of the refusal: "exports are under way". */
  readonly are: string;
  readonly end: (sent: Sent) => void;
}

export function createSentAtOnce<Sent>(
  app: Pick<FastifyInstance, 'addHook'>,
  { most, are, end }: SentAtOnceOptions<Sent>,
) {
  const all = new Set<Sent>();
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const sent of all) end(sent);
  });

  return {
    /** Throws what refuses one more when there are too many, or none any more. */
    admit(reply: FastifyReply): void {
      if (!isClosing && all.size < most) return;
      reply.header('retry-after', '5');
      const why = isClosing ? 'The API is stopping' : `${most} ${are}, which is the most`;
      throw new ApiError('Unavailable', `${why}; try again in a moment`);
    },
    add: (sent: Sent): unknown => all.add(sent),
    remove: (sent: Sent): unknown => all.delete(sent),
  };
}
