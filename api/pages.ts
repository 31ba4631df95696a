/** Serves the built dashboard, and the API under /api beside it: one origin, so that no page needs more rights than its own. */
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { type FastifyInstance, fastify } from 'fastify';

export interface PagesOptions {
  /** What answers under /api; must be ready. */
  readonly api: Pick<FastifyInstance, 'routing'>;
  /** What `node web/build.ts` wrote. */
  readonly folder: string;
}

/** The prefix that `web/data/api-prefix.ts` names too. */
const API = '/api';

/**
 * Nothing from elsewhere, no script but the files that were built, and no frame around it. The component kit writes
 * style elements, which text of agents never becomes.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

const A_YEAR = 'public, max-age=31536000, immutable';

/** A server that only listens: who may use the API is decided by the API. */
export async function buildPages({ api, folder }: PagesOptions): Promise<FastifyInstance> {
  const pages = fastify({
    // A page that follows the events would keep its connection, and so the server, open.
    forceCloseConnections: true,
    serverFactory: (servePage) =>
      createServer((request, response) => {
        const rest = behindApi(request);
        if (rest === undefined) return servePage(request, response);
        request.url = rest;
        api.routing(request, response);
      }),
  });
  pages.addHook('onRequest', async (_, reply) => {
    reply.headers(HEADERS);
  });
  await pages.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, file) => {
      // The names of assets change with their content.
      reply.header('cache-control', path.basename(path.dirname(file)) === 'assets' ? A_YEAR : 'no-cache');
    },
  });
  // Every other address is a page, which the script finds by itself.
  pages.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET' || request.url.startsWith('/assets/')) return reply.code(404).send('Not found');
    if (existsSync(path.join(folder, 'index.html'))) return reply.sendFile('index.html');
    return reply.code(503).type('text/plain').send('The pages are not built yet: run `npm run setup`, then reload.\n');
  });
  return pages;
}

function behindApi({ url = '' }: IncomingMessage): string | undefined {
  if (url === API || url.startsWith(`${API}?`)) return `/${url.slice(API.length)}`;
  return url.startsWith(`${API}/`) ? url.slice(API.length) : undefined;
}
