/** Repair over HTTP: what of an epic cannot be replayed, and its reset. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { Person } from '../../workflows/contract/epic.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError, noEpic } from '../errors.ts';
import { epicStatus } from '../executions.ts';
import { applyRepair, findRepairs, type Repair } from '../repairs.ts';
import { WriteRefusals } from '../schemas/responses.ts';

const Id = z.object({ id: EpicId });

const RepairPlan = z
  .object({
    repairs: z.array(
      z.object({
        workflowId: z.string(),
        runId: z.string(),
        taskKey: z.string().nullable(),
        /** Why the history cannot be replayed. */
        failure: z.string(),
        /** The length of the history. */
        events: z.number().int(),
        eventId: z
          .number()
          .int()
          .nullable()
          .describe(
            'the workflow task that runs again, by the event that completed it; null: it is only cancelled again',
          ),
        at: z.iso.datetime(),
        /** Messages that are applied again after the reset. */
        messages: z.array(
          z.object({
            kind: z.enum(['update', 'signal', 'cancellation']),
            name: z.string(),
            by: z.string().nullable(),
            at: z.iso.datetime(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'RepairPlan' });

const RepairBody = Person.extend({
  /** When false nothing is reset, and the answer says what would be. */
  apply: z.boolean().default(true),
  /** The repairs that were looked at before; anything else is refused. */
  seen: z
    .array(z.object({ workflowId: z.string(), runId: z.string(), eventId: z.number().int().nullable() }))
    .optional(),
});

export const repairRoutes =
  ({ db, ...executions }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/epics/:id/repair',
      {
        schema: {
          summary: 'Reset what cannot be replayed',
          description:
            'Of the epic’s execution, its tasks, its agents, the lines that they merge through and the supervisor: goes back to before the commands that do not fit. Messages after that are applied again. What an interrupted repair has reset and not cancelled again is cancelled.',
          tags: ['epics'],
          params: Id,
          body: RepairBody,
          response: { 200: RepairPlan, ...WriteRefusals },
        },
      },
      async (request) => {
        const { id } = request.params;
        const { by, comment, seen, apply } = request.body;
        const repairs = await find(id);
        if (repairs.length === 0) {
          throw new ApiError('NothingStuck', `Nothing of epic "${id}" is stuck, so there is nothing to repair`);
        }
        if (seen !== undefined && keysOf(seen) !== keysOf(repairs)) {
          throw new ApiError(
            'StaleRepair',
            `Epic "${id}" needs other repairs than the ones that you saw; look at them again`,
          );
        }
        for (const repair of apply ? repairs : []) {
          // First, so that the log has every repair, also one that is interrupted.
          await log(id, repair, { by, comment });
          await applyRepair(executions, repair, by);
        }
        return { repairs };
      },
    );

    async function find(id: string): Promise<Repair[]> {
      if ((await epicStatus(executions, id)) === undefined) {
        throw noEpic(id);
      }
      return findRepairs(db, executions, id);
    }

    async function log(epicId: string, repair: Repair, { by, comment }: Person): Promise<void> {
      const { workflowId, runId, taskKey, eventId, failure } = repair;
      await appendDecisions(db, [
        {
          ...{ key: `repair/${runId}/${eventId}`, at: new Date().toISOString(), epicId, actor: by, kind: 'decision' },
          ...(taskKey === null ? {} : { taskKey }),
          decision: `repair ${workflowId}: ${eventId === null ? 'cancel it again' : `reset to event ${eventId}`}`,
          reason: comment ?? failure,
        },
      ]);
    }
  };

const keysOf = (points: readonly Pick<Repair, 'workflowId' | 'runId' | 'eventId'>[]): string =>
  points
    .map(({ workflowId, runId, eventId }) => `${workflowId} ${runId} ${eventId}`)
    .toSorted()
    .join('\n');
