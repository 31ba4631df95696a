/** What changes, as it does, over HTTP: server-sent events that can be resumed. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { EpicId } from '../../workflows/contract/ids.ts';
import type { ServerDependencies } from '../dependencies.ts';
import type { FeedEvent, Subscriber, Subscription } from '../feed.ts';
import { isPosition } from '../feed-position.ts';
import { createOpenStreams } from '../open-streams.ts';
import { ChangeBatch } from '../schemas/events.ts';
import { Refusals } from '../schemas/responses.ts';
import type { Frame } from '../streams.ts';

/** Of one process. */
const MOST_STREAMS = 200;

const DESCRIPTION = `Events of four kinds, the first three with an id to resume from:

- \`hello\`, data \`{"position": "…"}\`: where a stream begins that was given no position.
- \`change\`, data \`{"changes": [{"kind", "id", "epicId", "taskKey"}]}\`: what to read again, each once a batch.
- \`reset\`, data \`{"position": "…"}\`: changes were missed that are no longer kept (15 minutes); read everything again.
- \`standstill\`, data \`{"cause": "temporal", "queues": [], "reason": null, "since": "…"}\`: Temporal does not answer the API; with the cause
  \`workers\`, no worker process polls these queues; with \`paused\`, a person paused the factory. Data \`null\`: work can go on again.

\`Last-Event-ID\`, or \`after\` for those who cannot set it, resumes without gap or repeat. A comment comes every 15 s, with
the id that was reached. A reader that does not keep up is disconnected, and resumes. The header counts before \`after\`.`;

const Position = z
  .string()
  .refine(isPosition, 'is no position of this stream; send the id of an event, or nothing to begin at the present');

export const eventRoutes =
  ({ feed, standstillWatch }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const open = createOpenStreams(app, { most: MOST_STREAMS, name: 'streams of events' });

    app.get(
      '/events',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'What changes, as it does (server-sent events)',
          description: DESCRIPTION,
          tags: ['events'],
          querystring: z.strictObject({ after: Position.optional(), epicId: EpicId.optional() }),
          headers: z.object({ 'last-event-id': Position.optional() }),
          response: {
            200: { description: 'The stream', content: { 'text/event-stream': { schema: ChangeBatch } } },
            ...Refusals,
          },
        },
      },
      (request, reply) => {
        const { after = undefined, epicId } = request.query;
        let subscription: Subscription | undefined;
        let unfollow: (() => void) | undefined;
        const stream = open(reply, {
          position: () => subscription?.position(),
          onEnd() {
            subscription?.end();
            unfollow?.();
          },
        });
        const onMode: Subscriber['onMode'] = (mode) => stream.comment(MODES[mode]);
        onMode(feed.mode());
        unfollow = standstillWatch.follow((news) => stream.send({ event: 'standstill', data: news }));
        subscription = feed.subscribe({
          after: request.headers['last-event-id'] ?? after,
          onMode,
          onEvent(event) {
            const wanted = epicId === undefined ? event : ofEpic(event, epicId);
            if (wanted !== undefined) stream.send(frameOf(wanted));
          },
        });
      },
    );
  };

const MODES = {
  listening: 'changes come as they happen',
  looking: "PostgreSQL's notifications do not arrive here, so changes are looked for once a second",
} as const;

function ofEpic(event: FeedEvent, epicId: string): FeedEvent | undefined {
  if (event.kind !== 'change') return event;
  const changes = event.changes.filter((change) => change.epicId === epicId);
  return changes.length === 0 ? undefined : { ...event, changes };
}

function frameOf(event: FeedEvent): Frame {
  const { kind, position } = event;
  return { id: position, event: kind, data: kind === 'change' ? { changes: event.changes } : { position } };
}
