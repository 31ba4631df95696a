// biome-ignore-all lint/style/noProcessEnv: a program inside commands, which runs them in the environment that it got
/**
 * A program: `network-filter.ts <hosts as JSON> <argv…>` runs argv with a proxy that lets only these hosts through, by
 * @anthropic-ai/sandbox-runtime: by name, never to an address of this machine, over HTTP, CONNECT and SOCKS. Runs in the
 * command's window, outside its sandbox, and ends with the command.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import { PROXY_PASSWORD_VARIABLE, PROXY_SOCKET_VARIABLE } from './network.ts';
import { networkNote } from './network-note.ts';

const [hosts = '[]', file = 'false', ...args] = process.argv.slice(2);

// The end of a command is asked of what runs in it; without the proxy it could not even tidy up.
process.on('SIGTERM', () => undefined);

// The proxy's bridges have about a second to come up, which is not always enough on a busy machine.
for (let triesLeft = 4; ; triesLeft -= 1) {
  try {
    await SandboxManager.initialize({
      network: { allowedDomains: JSON.parse(hosts) as string[], deniedDomains: [], strictAllowlist: true },
      filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
    });
    await SandboxManager.waitForNetworkInitialization();
    break;
  } catch (error) {
    await SandboxManager.reset();
    if (triesLeft === 0) throw error;
  }
}
const child = spawn(file, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    [PROXY_SOCKET_VARIABLE]: SandboxManager.getLinuxHttpSocketPath(),
    [PROXY_PASSWORD_VARIABLE]: SandboxManager.getProxyAuthToken(),
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
