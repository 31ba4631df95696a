/** Exports under way: so many and no more, none that nobody reads, and ended when the API stops. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createSentAtOnce } from '../sent-at-once.ts';

export interface OpenExportsOptions {
  /** Exports at once in this process. */
  readonly most: number;
  /** How long a line may wait for its reader. */
  readonly unreadMs: number;
}

/** Returns what sends lines as a response. It throws what refuses an export when there are too many, or none any more. */
export function createOpenExports(app: Pick<FastifyInstance, 'addHook'>, { most, unreadMs }: OpenExportsOptions) {
  const end = (lines: Readable) => lines.destroy(new Error('The API is stopping'));
  const exports = createSentAtOnce(app, { most, are: 'exports are under way', end });

  return function send(reply: FastifyReply, lines: AsyncIterable<string>): FastifyReply {
    exports.admit(reply);
    const onUnread = () => stream.destroy(new Error('Nobody reads the export'));
    const stream: Readable = Readable.from(unlessUnread(lines, unreadMs, onUnread));
    exports.add(stream);
    stream.once('close', () => exports.remove(stream));
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
