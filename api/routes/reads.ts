/** Tasks, transcripts and the intake over HTTP. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readReviews } from '../../db/reads/reviews.ts';
import { readTask } from '../../db/reads/tasks.ts';
import { listIntake } from '../../db/reads/tracker.ts';
import { readTranscript } from '../../db/reads/transcripts.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { reviewsOf } from '../reviews.ts';
import { withRunUrl } from '../run-urls.ts';
import { whole } from '../schemas/common.ts';
import { Refusals } from '../schemas/responses.ts';
import { IntakeEntry } from '../schemas/system.ts';
import { Task, Transcript } from '../schemas/tasks.ts';
import { TaskId } from './messages.ts';

const TranscriptPage = z.strictObject({
  after: whole(0).default(0),
  limit: whole(1, 200).default(50),
});

export const readRoutes =
  ({ db, readPending, runUrl }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/intake',
      {
        schema: {
          summary: 'Issues of the tracker that asked to be built: what they became, or why they were left',
          tags: ['epics'],
          querystring: z.strictObject({ limit: whole(1, 200).default(50) }),
          response: { 200: z.array(IntakeEntry), ...Refusals },
        },
      },
      (request) => listIntake(db, request.query.limit),
    );

    app.get(
      '/tasks/:id',
      {
        schema: {
          summary: 'A task with its submissions, evidence, agents and pull requests',
          tags: ['tasks'],
          params: TaskId,
          response: { 200: Task, ...Refusals },
        },
      },
      async (request) => {
        const { epicId, taskKey } = request.params.id;
        const [task, reviews, { paused }] = await Promise.all([
          readTask(db, epicId, taskKey),
          readReviews(db, epicId, taskKey),
          readPending(epicId),
        ]);
        if (task === undefined) throw new ApiError('NotFound', `There is no task "${epicId}.${taskKey}"`);
        return {
          ...withRunUrl(runUrl, task),
          reviews: reviewsOf(reviews),
          agents: task.agents.map((agent) => withRunUrl(runUrl, agent)),
          hold: paused.find((found) => found.taskKey === taskKey)?.hold ?? task.hold,
        };
      },
    );

    app.get(
      '/agents/:id/transcript',
      {
        schema: {
          summary: 'What an agent was told, answered and did',
          tags: ['agents'],
          params: z.object({ id: z.string().min(1).max(200) }),
          querystring: TranscriptPage,
          response: { 200: Transcript, ...Refusals },
        },
      },
      async (request) => {
        const { id } = request.params;
        const transcript = await readTranscript(db, { id, ...request.query });
        if (transcript === undefined) throw new ApiError('NotFound', `There is no agent "${id}"`);
        return transcript;
      },
    );
  };
