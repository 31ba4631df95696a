/** Hosts over HTTP: who is there, how full, who takes no more work, and what runs there. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listHosts } from '../../db/reads/hosts.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { readFleet } from '../fleet.ts';
import { Fleet, Host } from '../schemas/fleet.ts';
import { Refusals } from '../schemas/responses.ts';

/** A host that is silent for longer is listed only while tasks have places on it. */
const SEEN_WITHIN_SECONDS = 30;

export const hostRoutes =
  ({ db, temporal, version, limits }: ServerDependencies): FastifyPluginAsyncZod =>
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

    app.get(
      '/fleet',
      {
        schema: {
          summary: 'Hosts with what is placed there, agents at work, quotas, limits and versions',
          tags: ['health'],
          response: { 200: Fleet, ...Refusals },
        },
      },
      () => readFleet({ db, temporal, version, limits }),
    );
  };
