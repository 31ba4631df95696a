/** The text and environment that a command is started with: all of it written down, nothing inherited. */
import { join } from 'node:path';
import { inheritedEnvironment } from '../../exec.ts';
import type { CommandPolicy } from '../../workflows/contract/settings.ts';
import { certificateInside, certificates } from './certificates.ts';
import { filtered, PROXY_PASSWORD_VARIABLE, PROXY_SOCKET_VARIABLE, proxyLines } from './network.ts';
import { FILTER_FD, type GitFolders, PROXY_SOCKET_HERE, SANDBOX_HOME, type Sandbox, sandboxed } from './sandbox.ts';

/** What a command may reach and use up. */
export interface Confinement {
  readonly sandbox: Sandbox;
  /** May only look at the worktree. */
  readonly readOnly: boolean;
  readonly git: GitFolders | undefined;
  readonly limits: CommandPolicy['limits'];
  /** The only hosts that it may reach, by name. */
  readonly network: CommandPolicy['network'];
}

export interface Launch extends Confinement {
  readonly cookie: string;
  readonly worktree: string;
  readonly journalDir: string;
  /** On top of the allow-list below. */
  readonly env: Readonly<Record<string, string>>;
  /** There is a file of secret values, to be read once. */
  readonly hasSecrets: boolean;
  /** The folder through which cwd and variables carry over, and what a shell keeps in /tmp and its home. */
  readonly carryDir: string | undefined;
  /** The folder that is its home. */
  readonly home: string | undefined;
  /** A folder of its own that outlives it, and files that it may read besides. */
  readonly reports?: Reports | undefined;
}

/** Where test runners report to, and what of ours they need for that. */
export interface Reports {
  readonly folder: string;
  readonly tools: readonly string[];
}

const SHELL = join(import.meta.dirname, 'shell.sh');
/** Runs a script in a window of its own and writes what becomes of it into its journal. */
export const WRAPPER = join(import.meta.dirname, 'wrapper.sh');
/** The journal's file with the system call filter. */
export const FILTER_FILE = 'filter';
/** The journal's file with secret values: written when the window is opened, gone once the command has read them. */
export const SECRETS_FILE = 'secrets';
/** The text of that file. */
export const secretsScript = (secrets: Readonly<Record<string, string>>): string =>
  Object.entries(secrets)
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join('');
/** A command's own /tmp and home, in `carryDir` or, when nothing carries over, in the journal. */
export const PRIVATE_FOLDERS = ['tmp', 'home'];

/** Where those are on the host; nowhere, but in memory, when what the command sees has its place below /tmp itself. */
export function privateFolder({ sandbox, worktree, journalDir, carryDir }: Launch): string | undefined {
  if (sandbox.kind === 'none') return undefined;
  // Between two commands the agent could put a link in the way to where something is mounted next.
  return [worktree, journalDir].some((path) => path.startsWith('/tmp/')) ? undefined : (carryDir ?? journalDir);
}

/**
 * What the wrapper runs, in an empty environment: becomes the sandbox or bash without a process in between, so its pid
 * is the session's. Values are said to this shell, not to a program, so that no list of processes shows them. With an
 * allow-list of hosts it first becomes the proxy, which runs it again, in an environment of its own, for the rest.
 */
export function launchScript(launch: Launch): string {
  const { cookie, worktree, journalDir, env, hasSecrets, sandbox, readOnly, git, limits, network, carryDir } = launch;
  const script = join(journalDir, 'script');
  const shellDir = carryDir === undefined ? [] : [join(carryDir, 'shell')];
  const hasProxy = network.length > 0 && sandbox.kind !== 'none';
  const trusted = hasProxy ? certificates() : {};
  const argv = sandboxed(['bash', SHELL, worktree, script, ...shellDir], sandbox, {
    worktree,
    readOnly,
    git,
    privateDir: privateFolder(launch),
    home: launch.home,
    hasProxy,
    certificates: trusted,
    processes: limits.processes,
    readable: [SHELL, script, ...(launch.reports?.tools ?? [])],
    writable: [...shellDir, ...(launch.reports === undefined ? [] : [launch.reports.folder])],
  });
  const given = sandbox.kind === 'none' ? certificates() : {};
  const exports = [
    ...exportLines({ ...commandEnvironment({ ...given, ...env }, sandbox), FACTORY_COMMAND: cookie }),
    ...(hasSecrets ? [`. ./${SECRETS_FILE}`, `rm -f ./${SECRETS_FILE}`] : []),
  ];
  const filter = sandbox.filter === undefined ? '' : ` ${FILTER_FD}<${shellQuote(join(journalDir, FILTER_FILE))}`;
  const words = argv.map((word) => (word === PROXY_SOCKET_HERE ? '"$1"' : shellQuote(word)));
  const start = [...limitLines(limits), `exec ${words.join(' ')}${filter}`];
  if (!hasProxy) return ['echo $$ >started/pid', ...exports, ...start, ''].join('\n');
  return [
    'if [ $# = 0 ]; then',
    'echo $$ >started/pid',
    // The proxy is outside of the sandbox: what a repository says about variables must not lead it.
    ...exportLines({ ...commandEnvironment({}, sandbox), FACTORY_COMMAND: cookie }),
    `exec ${filtered(network, ['sh', './launch', 'behind-proxy']).map(shellQuote).join(' ')}`,
    'fi',
    // Not as variables, which the repository's could replace.
    `set -- "$${PROXY_SOCKET_VARIABLE}" "$${PROXY_PASSWORD_VARIABLE}"`,
    `unset ${PROXY_SOCKET_VARIABLE} ${PROXY_PASSWORD_VARIABLE}`,
    ...exports,
    ...proxyLines,
    ...Object.keys(trusted).flatMap((name) => (name in env ? [] : [`export ${name}=${certificateInside(name)}`])),
    ...start,
    '',
  ].join('\n');
}

const exportLines = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}`);

/** Held by each process, and by root too, since nothing in the sandbox may raise them. In the units of `ulimit`. */
const limitLines = ({ fileMb, memoryMb }: CommandPolicy['limits']): string[] => [
  `ulimit -f ${fileMb * 2_048}`,
  // What a process may write to, not all that it has addresses for: Node and Java reserve far more than they use.
  `ulimit -d ${memoryMb * 1_024}`,
];

/** One word for a shell, whatever is in it. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * For what installs git hooks when a repository is set up: the configuration of git is not to be written in there, and the
 * factory's git runs no hooks.
 */
const NO_HOOKS = {
  HUSKY: '0',
  HUSKY_SKIP_INSTALL: '1',
  LEFTHOOK: '0',
  SKIP_INSTALL_SIMPLE_GIT_HOOKS: '1',
  SKIP_SIMPLE_GIT_HOOKS: '1',
  OVERCOMMIT_DISABLE: '1',
};

/** An allow-list, so that no key of ours is there, and what makes programs fail instead of asking; `env` is the policy's. */
export function commandEnvironment(env: Readonly<Record<string, string>>, sandbox: Sandbox): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', ...home } = inheritedEnvironment(['PATH', 'HOME', 'USER', 'LOGNAME']);
  return {
    PATH: withoutNpm(PATH),
    ...home,
    // The index cannot be written in there, and need not be to read it.
    ...(sandbox.kind === 'none' ? {} : { HOME: SANDBOX_HOME, GIT_OPTIONAL_LOCKS: '0' }),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CI: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'false',
    EDITOR: 'false',
    VISUAL: 'false',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    ...NO_HOOKS,
    ...sandbox.variables,
    ...env,
  };
}

/** Without the folders that npm puts in front for our own scripts: a repository's commands must not meet our tools. */
export function withoutNpm(path: string): string {
  const isNpm = (folder: string) => folder.endsWith('/node_modules/.bin') || folder.endsWith('/node-gyp-bin');
  return path
    .split(':')
    .filter((folder) => !isNpm(folder))
    .join(':');
}
