/** The bundle of an epic over HTTP: everything that is recorded of it, as a stream. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isKnown } from '../../db/reads/epics.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { noEpic } from '../errors.ts';
import { createOpenExports } from '../export/open-exports.ts';
import { writeBundle } from '../export/write-bundle.ts';
import { Refusals } from '../schemas/responses.ts';

/** Exports at once in this process: each holds a page of rows and keeps the database and the processor busy. */
const MOST_EXPORTS = 4;
const MOST_UNREAD_MS = 60_000;

const DESCRIPTION = `JSON lines. The first names epic, time and format; then a row each, \`{"section", "row"}\`; the last is \`end\`
with the number of rows by section, or \`failed\` with the reason. Each line has its number and a \`seal\`: the SHA-256 of the
seal before it, a line break, and the line without its seal. Transcripts are there by their SHA-256 (\`GET
/agents/{id}/transcript\` has them); events of Temporal quote in plain text what agents submitted and the first lines of
their commands. What looks like a secret is taken out.`;

export const exportRoutes =
  ({ db, temporal, version, clean }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const send = createOpenExports(app, { most: MOST_EXPORTS, unreadMs: MOST_UNREAD_MS });

    app.get(
      '/epics/:id/export',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'Everything that is recorded of an epic, with the histories of its workflows',
          description: DESCRIPTION,
          tags: ['epics'],
          params: z.object({ id: EpicId }),
          response: {
            200: { description: 'The bundle', content: { 'application/x-ndjson': { schema: z.string() } } },
            ...Refusals,
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        if (!(await isKnown(db, id))) throw noEpic(id);
        const onFailure = (err: unknown) => request.log.error({ err }, 'An export broke off');
        return send(reply, writeBundle({ db, temporal, version, clean, onFailure }, id)) as never;
      },
    );
  };
