/** Writes the table of docs/interfaces.md: each route of the API with its command and its place in the dashboard. */
import { globSync, readFileSync } from 'node:fs';
import { GROUPS } from '../cli/command-list.ts';
import { absolute } from '../config/files.ts';
import { readOpenApi } from './generate-api-client.ts';
import { PLACES, type Place } from './route-places.ts';
import { writeTable } from './write-table.ts';

interface Known {
  readonly routes: readonly string[];
  readonly commands: readonly string[];
  /** Paths of the dashboard's pages. */
  readonly pages: readonly string[];
  /** Routes that the dashboard's code names. */
  readonly called: readonly string[];
}

export async function generateRouteTable({ verify }: { verify: boolean }): Promise<void> {
  const known = await readKnown();
  const wrong = problems(PLACES, known);
  if (wrong.length > 0) throw new Error(`scripts/route-places.ts: ${wrong.join('; ')}`);
  writeTable({ file: 'docs/interfaces.md', script: 'generate-route-table.ts', table: table(known.routes), verify });
}

/** What the places say that is not so, or leave out. */
export function problems(places: Readonly<Record<string, Place>>, known: Known): string[] {
  const unplaced = known.routes.filter((route) => places[route] === undefined);
  const found = Object.entries(places).flatMap(([route, { commands, pages }]) => {
    const strange = typeof commands === 'string' ? [] : commands.filter((name) => !known.commands.includes(name));
    const paths = typeof pages === 'string' ? [] : Object.keys(pages);
    const lost = paths.filter((path) => path !== '*' && !known.pages.includes(path));
    const isCalled = known.called.includes(route);
    return [
      ...(known.routes.includes(route) ? [] : [`there is no route ${route}`]),
      ...strange.map((name) => `${route}: there is no command ${name}`),
      ...lost.map((path) => `${route}: there is no page ${path}`),
      ...(commands.length === 0 ? [`${route}: neither a command nor a reason`] : []),
      ...(pages === '' || (typeof pages === 'object' && paths.length === 0) ? [`${route}: no page and no reason`] : []),
      ...(isCalled === paths.length > 0 ? [] : [`${route}: the dashboard ${isCalled ? 'calls' : 'does not call'} it`]),
    ];
  });
  return [...unplaced.map((route) => `${route} has no place`), ...found];
}

export async function readKnown(): Promise<Known> {
  const { paths = {} } = await readOpenApi();
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    ['get', 'post', 'put', 'delete']
      .filter((method) => method in (methods ?? {}))
      .map((one) => `${one.toUpperCase()} ${path}`),
  );
  const router = readFileSync(absolute('web/router.tsx'), 'utf8');
  const sources = globSync('web/data/*.ts', { cwd: absolute('.') }).map((file) => readFileSync(absolute(file), 'utf8'));
  const calls = sources.flatMap((source) => [
    ...source.matchAll(/\bapi\.([A-Z]+)\(\s*'([^']+)'/g),
    // A stream is followed by its address.
    ...source.matchAll(/\$\{API_PREFIX\}()((?:\/[a-z-]+|\/\$\{[^}]+\})+)/g),
  ]);
  return {
    routes,
    commands: Object.values(GROUPS).flatMap((group) => Object.keys(group)),
    pages: [...router.matchAll(/\bpage\('([^']+)'\)/g)].map(([, path = '']) => path),
    called: calls.map(
      ([, method, path = '']) => `${method === '' ? 'GET' : method} ${path.replace(/\$\{[^}]+\}/, '{id}')}`,
    ),
  };
}

function table(routes: readonly string[]): string {
  const order = Object.keys(PLACES).filter((route) => routes.includes(route));
  const rows = order.map((route) => {
    const { commands, pages } = PLACES[route] as Place;
    const typed = typeof commands === 'string' ? `none: ${commands}` : commands.map((name) => `\`${name}\``).join(', ');
    const seen =
      typeof pages === 'string'
        ? `none: ${pages}`
        : Object.entries(pages)
            .map(([path, what]) => `${path === '*' ? 'every page' : `\`${path}\``}: ${what}`)
            .join('; ');
    return `| \`${route}\` | ${typed} | ${seen} |`;
  });
  return ['| route | command | page |', '|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) await generateRouteTable({ verify: process.argv.includes('--verify') });
