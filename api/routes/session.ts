/** Signing in from the dashboard: the token is entered once, and from then on a cookie stands for it that no script can read. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isToken, sessionCookie, sessionOf } from '../auth.ts';
import { ApiError } from '../errors.ts';
import { Refusals } from '../schemas/responses.ts';

/** A year: the token is what ends it. */
const SECONDS = 365 * 24 * 3_600;
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

const SignedIn = z.object({ message: z.string() }).meta({ id: 'SignedIn' });

export const sessionRoutes =
  ({ apiToken }: { readonly apiToken: string | undefined }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/session',
      {
        schema: {
          summary: 'Sign a browser in with the token of the API',
          description: 'Sets a cookie that counts as the token for requests of the same origin.',
          tags: ['session'],
          body: z.strictObject({ token: z.string().min(1).max(1_000) }),
          response: { 200: SignedIn, ...Refusals },
        },
      },
      async (request, reply) => {
        if (apiToken === undefined) return { message: 'this API wants no token' };
        if (!isToken(request.body.token, apiToken)) {
          throw new ApiError('Unauthorized', 'The token is wrong; use the value of the API’s API_TOKEN', {
            status: 401,
          });
        }
        setSession(request, reply, sessionOf(apiToken), SECONDS);
        return { message: 'signed in' };
      },
    );

    app.delete(
      '/session',
      { schema: { summary: 'Sign a browser out', tags: ['session'], response: { 200: SignedIn, ...Refusals } } },
      async (request, reply) => {
        setSession(request, reply, '', 0);
        return { message: 'signed out' };
      },
    );
  };

function setSession({ headers }: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void {
  const secure = headers['x-forwarded-proto'] === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${sessionCookie(headers.host)}=${value}; ${ATTRIBUTES}; Max-Age=${seconds}${secure}`);
}
