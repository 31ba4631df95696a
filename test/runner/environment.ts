/** What the tests see of the machine: the same whoever runs them, and nothing that costs money or is somebody's data. */
import type { Finding } from '../../local/programs/finding.ts';
import { ensureTemporalCli, ensureTestServer, findTemporalCli, findTestServer } from '../../local/programs/temporal.ts';

/** Variables of the factory and of the tools it calls; a developer's own values must not reach a test. */
const FOREIGN =
  /^(ANTHROPIC|CLAUDE|DATABASE|PG|TEMPORAL|GIT|GH|GITHUB|LINEAR|TMUX|BACKEND|FRONTEND|POSTGRES|REQUIRE|STATE|HOST_NAME|FACTORY|ALLOWED|SANDBOX|NODE_TEST)(_|$)/;

/** Takes those variables away. */
export function cleanEnvironment(): void {
  for (const name of Object.keys(process.env)) if (FOREIGN.test(name)) delete process.env[name];
}

/** Absolute paths of Temporal's programs; obtained like `npm run setup` does when they are missing. */
export async function findTemporal(): Promise<{ cli: string; testServer: string }> {
  return {
    cli: await obtain(findTemporalCli, ensureTemporalCli),
    testServer: await obtain(findTestServer, ensureTestServer),
  };
}

async function obtain(find: () => Promise<string | undefined>, ensure: () => Promise<Finding>): Promise<string> {
  const there = await find();
  if (there !== undefined) return there;
  const finding = await ensure();
  const path = await find();
  if (path === undefined) throw new Error(`${finding.part} is missing: run \`npm run setup\`, which says why`);
  return path;
}

/**
 * Makes the Temporal servers of test files cheaper: each lives for seconds and serves one file, so it need not collect
 * its garbage before there is much of it, nor spread over the cores, where other files run. A server that the factory
 * itself starts gets none of this environment.
 */
export function lightenTemporal(): void {
  Object.assign(process.env, { GOGC: 'off', GOMEMLIMIT: '512MiB', GOMAXPROCS: '1' });
}

/** Worker processes, too, whether a test file is one or a stack or a suite starts it; what it costs a process is 4 ms. */
export function lightenThreads(): void {
  const { NODE_OPTIONS = '' } = process.env;
  process.env.NODE_OPTIONS = `${NODE_OPTIONS} --import ${import.meta.resolve('./light-threads.ts')}`.trim();
}
