/**
 * An allow-list of hosts: the command stays in a network namespace of its own, in which one port leads to a proxy that
 * lets only these hosts through. The proxy (network-filter.ts) lives in the command's window, and ends with it.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The variables that tell the launch script where the proxy's socket is, and its password; they do not reach the command. */
export const PROXY_SOCKET_VARIABLE = 'FACTORY_PROXY_SOCKET';
export const PROXY_PASSWORD_VARIABLE = 'FACTORY_PROXY_PASSWORD';
/** Where the sandbox has it. */
export const PROXY_SOCKET = '/run/factory-proxy';
/** The port inside, which the proxy variables name. */
export const PROXY_PORT = 3128;
/** What it takes besides bubblewrap, as commands and as packages. */
export const NETWORK_PROGRAMS: readonly { readonly file: string; readonly name: string }[] = [
  { file: 'socat', name: 'socat' },
  { file: 'rg', name: 'ripgrep' },
];

/** Java reads no proxy variables: with this agent each JVM does. It comes with the proxy. */
export const JAVA_AGENT_FILE = fileURLToPath(
  new URL('../vendor/java-proxy-agent/srt-proxy-agent.jar', import.meta.resolve('@anthropic-ai/sandbox-runtime')),
);
/** Where the sandbox has it. */
export const JAVA_AGENT = '/run/factory-proxy.jar';

/** Maven asks its settings for a proxy, and for the password only there; the variable is named in that file. */
export const MAVEN_SETTINGS_FILE = join(import.meta.dirname, 'maven-proxy.xml');
export const MAVEN_SETTINGS = '/run/factory-maven.xml';
/** Where Debian's has them; versions before 3.9 know no variable that names others. */
export const DEBIAN_MAVEN_SETTINGS = '/etc/maven/settings.xml';

const PROXY_NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
const LOCAL = 'localhost,127.0.0.1,::1';

/**
 * What leads programs to the proxy, as lines for a shell in which `$2` is its password. They go after all other variables
 * of a command: of these, Java's and Maven's are joined to what they say.
 */
export const proxyLines: readonly string[] = [
  ...PROXY_NAMES.flatMap((name) => [name, name.toLowerCase()]).map(
    (name) => `export ${name}="http://srt:$2@127.0.0.1:${PROXY_PORT}"`,
  ),
  `export NO_PROXY=${LOCAL} no_proxy=${LOCAL}`,
  // Node's fetch looks at the variables only then.
  'export NODE_USE_ENV_PROXY=1',
  `export JAVA_TOOL_OPTIONS="-javaagent:${JAVA_AGENT}\${JAVA_TOOL_OPTIONS:+ $JAVA_TOOL_OPTIONS}"`,
  `export MAVEN_ARGS="-gs ${MAVEN_SETTINGS}\${MAVEN_ARGS:+ $MAVEN_ARGS}"`,
  'export PROXY_PASSWORD="$2"',
];

const FILTER = join(import.meta.dirname, 'network-filter.ts');

/** The argv of the proxy, which then runs `argv`. */
export const filtered = (hosts: readonly string[], argv: readonly string[]): readonly string[] => [
  process.execPath,
  FILTER,
  JSON.stringify(hosts),
  ...argv,
];

const RELAY = `
  socat TCP4-LISTEN:${PROXY_PORT},bind=127.0.0.1,fork,reuseaddr,backlog=1024 UNIX-CONNECT:${PROXY_SOCKET} >/dev/null 2>&1 &
  for _ in {1..200}; do (exec 3<>/dev/tcp/127.0.0.1/${PROXY_PORT}) 2>/dev/null && break; sleep 0.02; done
  exec "$@"`;

/** The argv that, inside the sandbox, brings that port up and then runs `argv`. */
export const relayed = (argv: readonly string[]): readonly string[] => ['bash', '-c', RELAY, 'relay', ...argv];
