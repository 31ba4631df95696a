/** An agent's answer while it is written, over HTTP: server-sent events. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hasTranscript } from '../../db/reads/transcripts.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { createOpenStreams } from '../open-streams.ts';
import { Draft } from '../schemas/live.ts';
import { Refusals } from '../schemas/responses.ts';

const MOST_STREAMS = 200;

const DESCRIPTION = `Says nothing while the agent's model writes nothing. Otherwise events of three kinds:

- \`draft\`: the answer so far. The first one of a stream has all that is kept of it (of each block the last 16,000
  characters, and the last 16 blocks), later ones what was added: \`text\` belongs \`offset\` characters after the beginning of
  its block, so what is missing before it was left out. A draft of another call replaces all of the one before.
- \`stored\`, data \`{"turn": 3}\`: the answer is in the transcript and takes the draft's place.
- \`dropped\`, data \`{"turn": 3}\`: the call failed or its process died; another call may follow.

Secrets are masked as in stored answers, which takes holding back a word or more. A stream that is opened again begins
with all that is kept, so there is no position to resume from. A comment comes every 15 s.`;

export const liveRoutes =
  ({ db, drafts }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const open = createOpenStreams(app, { most: MOST_STREAMS, name: 'streams of answers' });

    app.get(
      '/agents/:id/live',
      {
        exposeHeadRoute: false,
        schema: {
          summary: "An agent's answer while it is written (server-sent events)",
          description: DESCRIPTION,
          tags: ['agents'],
          params: z.object({ id: z.string().min(1).max(200) }),
          response: {
            200: { description: 'The stream', content: { 'text/event-stream': { schema: Draft } } },
            ...Refusals,
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        if (!(await hasTranscript(db, id))) throw new ApiError('NotFound', `There is no agent "${id}"`);
        let leave = () => {};
        const stream = open(reply, { onEnd: () => leave() });
        stream.comment('following');
        leave = drafts.follow(id, stream.send);
      },
    );
  };
