// biome-ignore-all lint/style/noProcessEnv: a program inside commands, which runs them in the environment that it got
/**
 * A program: `network-filter.ts <hosts as JSON> <argv…>` runs argv with a proxy that lets only these hosts through, by
 * @anthropic-ai/sandbox-runtime: by name, never to an address of this machine, over HTTP, CONNECT and SOCKS. Runs in the
 * command's window, outside its sandbox, and ends with the command.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import { JAVA_AGENT, MAVEN_SETTINGS, PROXY_PORT, PROXY_SOCKET_VARIABLE } from './network.ts';
import { networkNote } from './network-note.ts';

const [hosts = '[]', file = 'false', ...args] = process.argv.slice(2);

// The end of a command is asked of what runs in it; without the proxy it could not even tidy up.
process.on('SIGTERM', () => undefined);

await SandboxManager.initialize({
  network: { allowedDomains: JSON.parse(hosts) as string[], deniedDomains: [], strictAllowlist: true },
  filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
});
await SandboxManager.waitForNetworkInitialization();
const password = SandboxManager.getProxyAuthToken();
const proxy = `http://srt:${password}@127.0.0.1:${PROXY_PORT}`;
const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
const variables = [...names, ...names.map((name) => name.toLowerCase())].map((name) => [name, proxy]);
const child = spawn(file, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...Object.fromEntries(variables),
    NO_PROXY: 'localhost,127.0.0.1,::1',
    no_proxy: 'localhost,127.0.0.1,::1',
    // Node's fetch looks at the variables only then.
    NODE_USE_ENV_PROXY: '1',
    JAVA_TOOL_OPTIONS: [`-javaagent:${JAVA_AGENT}`, process.env.JAVA_TOOL_OPTIONS].join(' ').trim(),
    MAVEN_ARGS: [`-gs ${MAVEN_SETTINGS}`, process.env.MAVEN_ARGS].join(' ').trim(),
    PROXY_PASSWORD: password,
    [PROXY_SOCKET_VARIABLE]: SandboxManager.getLinuxHttpSocketPath(),
  },
});
const code = await new Promise<number>((resolve) => {
  child.once('error', () => resolve(127));
  child.once('exit', (exitCode, signal) => resolve(exitCode ?? 128 + constants.signals[signal ?? 'SIGTERM']));
});
if (code !== 0) {
  const lines = SandboxManager.getSandboxViolationStore()
    .getViolations()
    .map(({ line }) => line);
  const refused = lines.flatMap((line) => /^deny network-outbound (\S+):\d+ /.exec(line)?.[1] ?? []);
  // To the command's own output, of which it is a part wherever that is kept.
  const note = networkNote([...new Set(refused)]);
  if (note !== undefined) process.stderr.write(`${note}\n`);
}
await SandboxManager.reset();
process.exit(code);
