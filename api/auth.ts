/**
 * Who may ask: there are no accounts, and without API_TOKEN the API is for the machine it runs on. A web page elsewhere
 * must not start agents, so Host (against DNS rebinding), Origin and the content type (which makes browsers ask first)
 * are checked; with API_TOKEN every caller must send it as its bearer token too.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Says nothing but whether the process is there and ready, which load balancers ask; and takes the token. */
const OPEN = ['/health', '/health/live', '/session'];

/** Cookies are shared by all ports of a host: each factory there has its own. */
export const sessionCookie = (host: string | undefined): string =>
  `factory-session-${/:(\d+)$/.exec(host ?? '')?.[1] ?? '80'}`;

/** What stands for the token in the cookie, which other servers of the host may be sent: of use to nobody but us. */
export const sessionOf = (token: string): string =>
  createHmac('sha256', token).update('a session of the dashboard').digest('base64url');

export interface Access {
  readonly allowedHosts: readonly string[];
  readonly apiToken: string | undefined;
}

/** A hook that refuses what comes from, or is sent to, another name than loopback's and `allowedHosts`, or lacks the token. */
export function createAccessGuard({ allowedHosts, apiToken }: Access) {
  const known = new Set([...LOOPBACK, ...allowedHosts.map((host) => host.toLowerCase())]);

  return async function requireAccess(request: FastifyRequest): Promise<void> {
    // These come from elsewhere under whatever name the world knows us by; their signature is what counts.
    if (request.routeOptions.url?.startsWith('/webhooks/')) return;
    const host = hostname(`http://${request.headers.host ?? ''}`);
    if (host === undefined || !known.has(host)) {
      throw new ApiError(
        'Unauthorized',
        `This API does not answer to the host name "${request.headers.host ?? ''}"; add it to ALLOWED_HOSTS if it should`,
      );
    }
    const { origin } = request.headers;
    if (origin !== undefined && !known.has(hostname(origin) ?? '')) {
      throw new ApiError(
        'Unauthorized',
        `Pages of "${origin}" may not use this API; add its host name to ALLOWED_HOSTS if they should`,
      );
    }
    if (apiToken !== undefined && !OPEN.includes(request.routeOptions.url ?? '')) requireToken(request, apiToken);
    if (!request.is404 && request.routeOptions.config.isOtherMethod !== true) requireJson(request);
  };
}

function requireJson({ method, headers }: FastifyRequest): void {
  if (READS.has(method) || isJson(headers['content-type'])) return;
  throw new ApiError('InvalidInput', 'Send JSON, with the header "content-type: application/json"', { status: 415 });
}

function requireToken({ headers }: FastifyRequest, token: string): void {
  const [, sent] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (sent !== undefined && isToken(sent, token)) return;
  const session = cookieOf(headers);
  if (session !== undefined && isToken(session, sessionOf(token))) return;
  const what = sent === undefined ? 'This API needs a token' : 'The token is wrong';
  throw new ApiError(
    'Unauthorized',
    `${what}: send the header "Authorization: Bearer …" with the value of the API’s API_TOKEN`,
    {
      status: 401,
    },
  );
}

/** A browser sends the cookie along whoever asks, so it counts only for what our own pages ask. */
function cookieOf({ cookie, host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase());
  if (!isOwn || !(site === undefined || site === 'same-origin' || site === 'none')) return undefined;
  const name = `${sessionCookie(host)}=`;
  return (cookie ?? '')
    .split(/; */)
    .find((pair) => pair.startsWith(name))
    ?.slice(name.length);
}

/** Takes as long for a wrong token as for one that is nearly right. */
export const isToken = (sent: string, token: string): boolean => timingSafeEqual(digest(sent), digest(token));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const isJson = (contentType: string | undefined) =>
  contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';

function hostname(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : undefined;
}
