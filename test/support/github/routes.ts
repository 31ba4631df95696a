/** The calls that the double serves, by method and path below `repos/<owner>/<name>`; what is not here is 404, as it is there. */
import { CHECK_ROUTES } from './checks.ts';
import { CONVERSATION_ROUTES } from './conversation.ts';
import { MERGE_ROUTES } from './merges.ts';
import { PULL_ROUTES } from './pulls.ts';
import { REPOSITORY_ROUTES } from './repositories.ts';

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
