/** Hosts over HTTP: who is there, how full, and who takes no more work. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listHosts } from '../../db/reads/hosts.ts';
import { Refusals } from '../answers.ts';
import type { ServerDependencies } from '../server.ts';

/** A host that is silent for longer is listed only while tasks have places on it. */
const SEEN_WITHIN_SECONDS = 30;

const Host = z
  .object({
    name: z.string(),
    capacity: z.number().int(),
    /** Slots that tasks and epics hold. */
    taken: z.number().int(),
    /** The sandbox that agents' commands run in there. */
    sandbox: z.string().nullable(),
    lastSeenAt: z.iso.datetime(),
    /** Why it takes no more work, while it does not. */
    refusal: z.string().nullable(),
    /** Since when its last worker process has signed off. */
    leftAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Host' });

export const hostRoutes =
  ({ db }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/hosts',
      {
        schema: {
          summary: 'Hosts that are there, and those that left with tasks placed on them',
          tags: ['health'],
          response: { 200: z.array(Host), ...Refusals },
        },
      },
      async () => {
        const hosts = await listHosts(db, SEEN_WITHIN_SECONDS);
        return hosts.map((host) => ({
          ...host,
          lastSeenAt: host.lastSeenAt.toISOString(),
          leftAt: host.leftAt?.toISOString() ?? null,
        }));
      },
    );
  };
