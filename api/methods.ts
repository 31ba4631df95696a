/** A path that exists answers a method that it does not have with 405 and the ones that it has. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { ApiError } from './errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route only says which methods there are. */
    readonly isOtherMethod?: true;
  }
}

type App = Pick<FastifyInstance, 'addHook' | 'route' | 'supportedMethods'>;

/** Call before the routes are registered; the function that it returns, after. */
export function watchMethods(app: App): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    taken.set(url, new Set([...(taken.get(url) ?? []), ...[method].flat()]));
  });
  return () => {
    for (const [url, methods] of [...taken].filter(([url]) => !url.startsWith('/docs'))) {
      const allow = [...methods].sort().join(', ');
      app.route({
        url,
        method: app.supportedMethods.filter((method) => !methods.has(method)) as HTTPMethods[],
        schema: { hide: true },
        config: { isOtherMethod: true },
        // Before anything is read of a body, or missed in the headers.
        onRequest: async (request, reply) => {
          reply.header('allow', allow);
          const path = request.url.split('?')[0];
          throw new ApiError('InvalidInput', `${path} does not take ${request.method}; use ${allow}`, { status: 405 });
        },
        handler: () => undefined,
      });
    }
  };
}
