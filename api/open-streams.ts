/** The streams of one route: so many and no more, and ended when the API stops. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError } from './errors.ts';
import { openStream, type Stream, type StreamOptions } from './streams.ts';

export interface OpenStreamsOptions {
  /** Of this process. */
  readonly most: number;
  /** For the sentence of the refusal: "streams of events". */
  readonly name: string;
}

export function createOpenStreams(app: Pick<FastifyInstance, 'addHook'>, { most, name }: OpenStreamsOptions) {
  const streams = new Set<Stream>();
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const stream of streams) stream.end();
  });

  /** Takes the response over. Throws what refuses it when there are too many, or none any more. */
  return function open(reply: FastifyReply, options: Pick<StreamOptions, 'position' | 'onEnd'>): Stream {
    if (isClosing || streams.size >= most) {
      reply.header('retry-after', '5');
      const why = isClosing ? 'The API is stopping' : `${most} ${name} are open, which is the most`;
      throw new ApiError('Unavailable', `${why}; try again in a moment`);
    }
    reply.hijack();
    const stream = openStream(reply.raw, {
      ...options,
      onSlow: () => reply.log.info('A reader of events that did not keep up is disconnected'),
      onEnd() {
        streams.delete(stream);
        options.onEnd();
      },
    });
    streams.add(stream);
    return stream;
  };
}
