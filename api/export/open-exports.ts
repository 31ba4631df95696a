/** Exports under way: so many and no more, none that nobody reads, and ended when the API stops. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError } from '../errors.ts';

export interface OpenExportsOptions {
  /** Of this process. */
  readonly most: number;
  /** How long a line may wait for its reader. */
  readonly unreadMs: number;
}

/** Returns what sends lines as a response. It throws what refuses an export when there are too many, or none any more. */
export function createOpenExports(app: Pick<FastifyInstance, 'addHook'>, { most, unreadMs }: OpenExportsOptions) {
  const exports = new Set<Readable>();
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const lines of exports) lines.destroy(new Error('The API is stopping'));
  });

  return function send(reply: FastifyReply, lines: AsyncIterable<string>): FastifyReply {
    if (isClosing || exports.size >= most) {
      reply.header('retry-after', '5');
      const why = isClosing ? 'The API is stopping' : `${most} exports are under way, which is the most`;
      throw new ApiError('Unavailable', `${why}; try again in a moment`);
    }
    const onUnread = () => stream.destroy(new Error('Nobody reads the export'));
    const stream: Readable = Readable.from(unlessUnread(lines, unreadMs, onUnread));
    exports.add(stream);
    stream.once('close', () => exports.delete(stream));
    reply.header('content-type', 'application/x-ndjson; charset=utf-8').header('cache-control', 'no-store');
    return reply.send(stream);
  };
}

async function* unlessUnread(lines: AsyncIterable<string>, unreadMs: number, onUnread: () => void) {
  for await (const line of lines) {
    const unread = setTimeout(onUnread, unreadMs);
    try {
      yield line;
    } finally {
      clearTimeout(unread);
    }
  }
}
