/** The streams of one route: so many and no more, and ended when the API stops. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createSentAtOnce } from './sent-at-once.ts';
import { openStream, type Stream, type StreamOptions } from './streams.ts';

export interface OpenStreamsOptions {
  /** Streams at once in this process. */
  readonly most: number;
  /** For the sentence of the refusal: "streams of events". */
  readonly name: string;
}

export function createOpenStreams(app: Pick<FastifyInstance, 'addHook'>, { most, name }: OpenStreamsOptions) {
  const streams = createSentAtOnce<Stream>(app, { most, are: `${name} are open`, end: (stream) => stream.end() });

  /** Takes the response over. Throws what refuses it when there are too many, or none any more. */
  return function open(reply: FastifyReply, options: Pick<StreamOptions, 'position' | 'onEnd'>): Stream {
    streams.admit(reply);
    reply.hijack();
    const stream = openStream(reply.raw, {
      ...options,
      onSlow: () => reply.log.info('A reader of events that did not keep up is disconnected'),
      onEnd() {
        streams.remove(stream);
        options.onEnd();
      },
    });
    streams.add(stream);
    return stream;
  };
}
