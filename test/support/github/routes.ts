/** The calls that the double serves, by method and path below `repos/<owner>/<name>`; what is not here is 404, as it is there. */
import { CHECK_ROUTES } from './checks.ts';
import { CONVERSATION_ROUTES } from './conversation.ts';
import { MERGE_ROUTES } from './merges.ts';
import { PULL_ROUTES } from './pulls.ts';
import { REPOSITORY_ROUTES } from './repositories.ts';
import type { Pull, RepositoryState, User } from './state.ts';

export interface Call {
  readonly repository: RepositoryState;
  readonly user: User;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** The double's own address. */
  readonly url: string;
  /** Tells whoever listens, with the pull request that it is about. */
  readonly hook: (event: string, payload: object, pull?: Pull) => void;
}

export interface Route {
  readonly method: string;
  /** `:name` stands for one part, `:name+` for the rest of the parts up to what follows. */
  readonly path: string;
  readonly right: 'read' | 'write';
  answer(call: Call): unknown;
}

const ROUTES = [...REPOSITORY_ROUTES, ...PULL_ROUTES, ...MERGE_ROUTES, ...CONVERSATION_ROUTES, ...CHECK_ROUTES].map(
  (route) => ({
    ...route,
    pattern: new RegExp(
      `^${route.path.replace(/:(\w+)(\+?)/g, (_, name, many) => `(?<${name}>${many ? '.+' : '[^/]+'})`)}$`,
    ),
  }),
);

export function findRoute(method: string, path: string) {
  for (const route of ROUTES) {
    const found = route.method === method ? route.pattern.exec(path) : null;
    if (found === null) continue;
    const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { route, params: Object.fromEntries(params) as Record<string, string> };
  }
  return undefined;
}
