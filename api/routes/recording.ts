/** The recording of an epic over HTTP: the requests of its agents to the model, and the answers. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { countRecordingCharacters } from '../../db/reads/recording.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import { Recording } from '../../workflows/contract/recording.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { recordEpic } from '../recording/record-epic.ts';
import { Refusals } from '../schemas/responses.ts';

/** A recording is made in memory. */
const MOST_CHARACTERS = 20_000_000;
/** Outputs as far as a model sees them. */
const OUTPUT_SHOWN = 30_000;

const DESCRIPTION = `What the scripted model plays in \`factory replay\`: the epic as it was given, the prompts that it began
with, and each agent's turns with what was asked and answered. Secrets, people and folders of hosts are replaced; signatures
of thoughts are left out. It ends with the first act of a person that no replay repeats (\`cutAt\`).`;

export const recordingRoutes =
  ({ db, version, clean, buildMessages }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/epics/:id/recording',
      {
        schema: {
          summary: 'The requests of an epic’s agents to the model, and the answers',
          description: DESCRIPTION,
          tags: ['epics'],
          params: z.object({ id: EpicId }),
          response: { 200: Recording, ...Refusals },
        },
      },
      async (request) => {
        const { id } = request.params;
        if (buildMessages === undefined) throw new ApiError('Unavailable', 'This API cannot build requests of a model');
        const characters = await countRecordingCharacters(db, id, OUTPUT_SHOWN);
        if (characters > MOST_CHARACTERS) {
          const found = Math.ceil(characters / 1_000_000);
          throw new ApiError(
            'RecordingTooLarge',
            `The transcripts of "${id}" have ${found} million characters; a recording has at most 20`,
          );
        }
        const recording = await recordEpic({ db, version, clean, buildMessages }, id);
        if (recording === undefined) throw new ApiError('NotFound', `There is no epic "${id}", or it has not begun`);
        if (recording.agents.length === 0)
          throw new ApiError('NothingRecorded', `No agent of "${id}" has taken a turn yet`);
        return recording;
      },
    );
  };
