/**
 * A strict GitHub: bare repositories behind GitHub's REST API and git over HTTPS, on 127.0.0.1. It serves the calls that
 * the factory makes and nothing else, refuses what GitHub refuses, and counts what it is asked.
 */
import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { createFolder, createRepository, type Files, repositoryAt } from '../git.ts';
import { makeCertificate } from './certificate.ts';
import { serveGit, tokenOf } from './git-http.ts';
import { createHooks } from './hooks.ts';
import { createQuota } from './quota.ts';
import { findRoute } from './routes.ts';
import { headsOf, type Permission, type Pull, Refusal, type RepositoryState, type User } from './state.ts';

export interface Request {
  readonly method: string;
  /** With the query, as it was asked. */
  readonly path: string;
  readonly status: number;
  readonly by: string | undefined;
}

/** Starts it; call `close` in `after`. */
export async function startGitHub() {
  const folder = await createFolder('github');
  const root = join(folder.path, 'repositories');
  const { certificate, key } = makeCertificate();
  const users = new Map<string, User>();
  const repositories = new Map<string, RepositoryState>();
  /** Former names of repositories, which lead to them until another repository is called so. */
  const former = new Map<string, RepositoryState>();
  const requests: Request[] = [];
  let lastId = 0;
  let atAnswer: ((method: string, path: string, text: string) => void) | undefined;
  const quota = createQuota();
  const hooks = createHooks();

  const server = createServer({ cert: certificate, key }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `https://${host}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    if (!asked.pathname.startsWith('/api/')) return await answerGit(request, response, asked);
    const user = users.get(/^token (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const { status, body, headers } = await outcome(request, asked, user);
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
    const isSame = status === 200 && request.headers['if-none-match'] === etag;
    const given = isSame ? 304 : status;
    const path = `${asked.pathname.replace(/^\/api\/v3\//, '')}${asked.search}`;
    requests.push({ method: request.method ?? '', path, status: given, by: user?.login });
    const type = typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8';
    atAnswer?.(request.method ?? '', path, text);
    // An answer that nothing changed costs nothing of the quota.
    response.writeHead(given, { 'content-type': type, etag, ...quota.headers(user, isSame), ...headers });
    response.end(isSame ? undefined : text);
  }

  /** Everything between a request and its answer: who asks, whether they may, and what comes out. */
  async function outcome(request: IncomingMessage, asked: URL, user: User | undefined) {
    try {
      const body = await readBody(request);
      if (user === undefined) throw new Refusal(401, 'Bad credentials');
      quota.check(user, request.method ?? '');
      const served = await serve(request, asked, user, body);
      return { status: served === undefined ? 204 : 200, body: served, headers: {} };
    } catch (error) {
      const refusal =
        error instanceof z.ZodError ? new Refusal(422, 'Invalid request', [z.prettifyError(error)]) : error;
      if (!(refusal instanceof Refusal)) throw error;
      const { status, message, errors, headers } = refusal;
      return { status, headers, body: { message, ...(errors === undefined ? {} : { errors }) } };
    }
  }

  function serve(request: IncomingMessage, asked: URL, user: User, body: unknown): unknown {
    const [, api, version, ...parts] = asked.pathname.split('/');
    if (api !== 'api' || version !== 'v3') throw new Refusal(404, 'Not Found');
    if (parts.join('/') === 'user') {
      if (user.type === 'Bot') throw new Refusal(403, 'Resource not accessible by integration');
      return user;
    }
    const isById = parts[0] === 'repositories';
    const [repos, owner, name, ...rest] = isById ? ['repos', '', ...parts.slice(1)] : parts;
    const byId = isById ? [...repositories.values()].find(({ id }) => String(id) === name) : undefined;
    const repository = repos === 'repos' ? (byId ?? repositories.get(`${owner}/${name}`)) : undefined;
    const moved = repos === 'repos' ? former.get(`${owner}/${name}`) : undefined;
    if (repository === undefined && moved?.permissions.has(user.login)) {
      const isRead = request.method === 'GET';
      const to = `${url}/api/v3/repositories/${moved.id}${rest.map((part) => `/${part}`).join('')}${asked.search}`;
      throw new Refusal(isRead ? 301 : 307, isRead ? 'Moved Permanently' : 'Temporary Redirect', undefined, {
        location: to,
      });
    }
    const permission = repository?.permissions.get(user.login) ?? 'none';
    if (repository === undefined || permission === 'none') throw new Refusal(404, 'Not Found');
    const method = request.method ?? '';
    const found = findRoute(method, rest.join('/'));
    if (found === undefined) throw new Refusal(404, `Not Found: the double has no ${method} ${rest.join('/')}`);
    if (found.route.right === 'write' && permission === 'read') {
      throw new Refusal(403, 'Resource not accessible by personal access token');
    }
    if (repository.archived && method !== 'GET') {
      throw new Refusal(403, 'Repository was archived so is read-only.');
    }
    const hook = (event: string, payload: object, pull?: Pull) =>
      hooks.send(event, payload, { repository, user, pull, url });
    const query = Object.fromEntries(asked.searchParams);
    return found.route.answer({ repository, user, params: found.params, query, body, url, hook });
  }

  async function answerGit(request: IncomingMessage, response: ServerResponse, asked: URL): Promise<void> {
    const user = users.get(tokenOf(request) ?? '');
    if (user === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
      return;
    }
    const [, owner, name] = /^\/([^/]+)\/([^/]+?)(?:\.git)?\//.exec(asked.pathname) ?? [];
    const repository = repositories.get(`${owner}/${name}`);
    const moved = repository === undefined ? former.get(`${owner}/${name}`) : undefined;
    if (moved !== undefined) {
      const rest = asked.pathname.split('/').slice(3).join('/');
      const location = `${url}/${moved.owner}/${moved.name}.git/${rest}${asked.search}`;
      response.writeHead(301, { location }).end();
      return;
    }
    const permission = repository?.permissions.get(user.login) ?? 'none';
    const isPush = `${asked.pathname}${asked.search}`.includes('git-receive-pack');
    if (repository === undefined || permission === 'none') response.writeHead(404).end('Repository not found.');
    else if (isPush && permission === 'read') response.writeHead(403).end('Write access to repository not granted.');
    else if (isPush && repository.archived) response.writeHead(403).end('This repository was archived.');
    else {
      const before = isPush ? await headsOf(repository) : undefined;
      await serveGit(request, response, { root, user, url: asked });
      if (before !== undefined) await hooks.pushed(repository, before, { user, url });
    }
  }

  return {
    host,
    url,
    /** All that was asked of the API, in order. */
    requests,
    quota,
    hooks,

    /** Runs between what a request did and its answer; a request whose sender is gone by then did it all the same. */
    beforeAnswer(deed: typeof atAnswer): void {
      atAnswer = deed;
    },

    addUser(token: string, login: string, type: User['type'] = 'User'): void {
      users.set(token, { login, type });
    },

    /** A repository with one commit of `files`, and who may do what there. */
    async createRepository(
      path: string,
      options: { files?: Files; permissions: Readonly<Record<string, Permission>> },
    ): Promise<RepositoryState> {
      const [owner = '', name = ''] = path.split('/');
      const source = await createRepository(options.files === undefined ? {} : { files: options.files });
      await mkdir(join(root, owner), { recursive: true });
      const place = join(root, owner, `${name}.git`);
      await source.git('clone', '--quiet', '--bare', '.', place);
      await source.remove();
      const git = repositoryAt(place);
      for (const setting of ['http.receivepack true', 'uploadpack.allowAnySHA1InWant true', 'gc.auto 0']) {
        await git.git('config', ...setting.split(' '));
      }
      const state: RepositoryState = {
        ...{ id: ++lastId, owner, name, git, archived: false, defaultBranch: 'main' },
        ...{ hasNoRules: false, lazyReads: 0, refuseMerges: [] },
        allowed: { merge: true, squash: true, rebase: true },
        permissions: new Map(Object.entries(options.permissions)),
        ...{ rules: new Map(), required: new Map(), pulls: new Map() },
        ...{ comments: [], reviews: [], notes: [], statuses: [], checkRuns: [], nextNumber: 1, nextId: 1 },
      };
      repositories.set(path, state);
      return state;
    },

    /** Renames it, or moves it to another owner, as people do in its settings. */
    async rename(path: string, to: string): Promise<void> {
      const state = repositories.get(path) as RepositoryState;
      const [owner = '', name = ''] = to.split('/');
      await mkdir(join(root, owner), { recursive: true });
      await rename(join(root, `${path}.git`), join(root, `${to}.git`));
      Object.assign(state, { owner, name, git: repositoryAt(join(root, `${to}.git`)) });
      repositories.delete(path);
      repositories.set(to, state);
      former.set(path, state);
    },

    /** The environment of a machine that trusts this host and is logged in there, in gh and so in git. */
    async machine(token: string, login: string): Promise<{ SSL_CERT_FILE: string; XDG_CONFIG_HOME: string }> {
      const config = join(folder.path, `machine-${token}`);
      const trusted = join(folder.path, 'certificate.pem');
      await writeFile(trusted, certificate);
      await Promise.all(['gh', 'git'].map((program) => mkdir(join(config, program), { recursive: true })));
      await writeFile(join(config, 'gh', 'hosts.yml'), `${host}:\n    oauth_token: ${token}\n    user: ${login}\n`);
      await writeFile(join(config, 'git', 'config'), `[http]\n\tsslCAInfo = ${trusted}\n`);
      return { SSL_CERT_FILE: trusted, XDG_CONFIG_HOME: config };
    },

    async close(): Promise<void> {
      await hooks.settled();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder.remove();
    },
  };
}

export type GitHub = Awaited<ReturnType<typeof startGitHub>>;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}
