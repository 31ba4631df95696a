/**
 * What stands between a command and the host: the argv that runs it under bubblewrap. Everything is an allow-list: a
 * tree of its own in which only what is bound exists, no network, no capability, no process of others, few system calls.
 */
import { existsSync } from 'node:fs';
import { certificateInside } from './certificates.ts';
import {
  DEBIAN_MAVEN_SETTINGS,
  JAVA_AGENT,
  JAVA_AGENT_FILE,
  MAVEN_SETTINGS,
  MAVEN_SETTINGS_FILE,
  PROXY_SOCKET,
  relayed,
} from './network.ts';

/** What this host offers, found by trying it (sandbox-probe.ts); in force for every command that is started. */
export interface Sandbox {
  readonly kind: 'bubblewrap' | 'none';
  /** For people: doctor, the epic's details, the answer of /health. */
  readonly description: string;
  /** The bubblewrap program. */
  readonly program: string;
  /** Options that not every version has. */
  readonly options: readonly string[];
  /** The folder that is /etc inside: a copy of the machine's without secrets. */
  readonly etc: string;
  /** Files that the system's programs need besides /usr and /etc. */
  readonly system: readonly string[];
  /** Folders of programs outside /usr, and what the operator added. */
  readonly programs: readonly string[];
  /** Variables that tell some of these where the rest of them is. */
  readonly variables: Readonly<Record<string, string>>;
  /** The system call filter (seccomp.ts), where there is one for this processor. */
  readonly filter: Uint8Array | undefined;
  /** Processes of one user can be counted inside, so that `ulimit -u` is a limit. */
  readonly countsProcesses: boolean;
  /** Packages that are missing for an allow-list of hosts. */
  readonly missingForNetwork: readonly string[];
}

export interface SandboxOptions {
  /** Readable, and writable unless `readOnly`. */
  readonly worktree: string;
  readonly readOnly: boolean;
  /** The command's own folder for its temporary files and its home; undefined: in memory, gone with the command. */
  readonly privateDir: string | undefined;
  /** A home that outlives the command, in place of its own. */
  readonly home: string | undefined;
  readonly git: GitFolders | undefined;
  /** Single files besides what every command may read: the shell, the script. */
  readonly readable: readonly string[];
  /** Where cwd and variables carry over. */
  readonly writable: readonly string[];
  /** One port leads to the proxy that lets some hosts through, whose socket is at PROXY_SOCKET_HERE. */
  readonly hasProxy: boolean;
  /** Files of the operator's, by the variables that name them inside. */
  readonly certificates: Readonly<Record<string, string>>;
  /** Processes and threads at once. */
  readonly processes: number | undefined;
}

/** What git reads of a worktree's repository, which no command may write. */
export interface GitFolders {
  /** The bare clone; the folders of other worktrees in it are hidden. */
  readonly clone: string;
  /** Git's folder for this worktree, in the clone. */
  readonly admin: string;
  /** Where the objects really are. */
  readonly objects: string;
  /** Those of its submodules. */
  readonly submoduleObjects: readonly string[];
}

export const NO_SANDBOX = (reason: string): Sandbox => ({
  kind: 'none',
  description: `none: ${reason}; commands run with the rights of the worker process`,
  program: '',
  options: [],
  etc: '',
  system: [],
  programs: [],
  variables: {},
  filter: undefined,
  countsProcesses: false,
  missingForNetwork: [],
});

/** The home of a command; a path that no host has, so that nothing is ever bound below it. */
export const SANDBOX_HOME = '/agent-home';
/** The file descriptor on which bubblewrap reads the system call filter. */
export const FILTER_FD = 9;

const bind = (option: string, paths: readonly string[]): string[] => paths.flatMap((path) => [option, path, path]);

/** The argv that runs `argv` inside the sandbox. The filter, if there is one, is expected on FILTER_FD. */
export function sandboxed(argv: readonly string[], sandbox: Sandbox, options: SandboxOptions): readonly string[] {
  if (sandbox.kind === 'none') return argv;
  const { worktree, readOnly, privateDir, home, git, hasProxy, certificates, processes } = options;
  const own = (name: string, path: string) =>
    privateDir === undefined ? ['--tmpfs', path] : ['--bind', `${privateDir}/${name}`, path];
  return [
    sandbox.program,
    // Without the first two, a command of a worker process that runs as root could remount and write what it sees.
    ...['--unshare-user', '--cap-drop', 'ALL', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
    ...['--unshare-net', '--new-session', '--die-with-parent', ...sandbox.options],
    ...['--hostname', 'sandbox', '--ro-bind', '/usr', '/usr'],
    ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => ['--ro-bind-try', `/${name}`, `/${name}`]),
    ...['--ro-bind', sandbox.etc, '/etc'],
    ...bind('--ro-bind-try', sandbox.system),
    // Read-only as a whole: the kernel's settings in there (core_pattern is a program that it starts) belong to root.
    ...['--proc', '/proc', '--remount-ro', '/proc', '--dev', '/dev', '--tmpfs', '/dev/shm'],
    ...own('tmp', '/tmp'),
    ...(home === undefined ? own('home', SANDBOX_HOME) : ['--bind', home, SANDBOX_HOME]),
    ...['--dir', '/var', '--symlink', '../tmp', '/var/tmp', '--dir', '/run'],
    ...(hasProxy ? proxyBinds(sandbox.etc) : []),
    ...Object.entries(certificates).flatMap(([name, file]) => ['--ro-bind', file, certificateInside(name)]),
    ...bind('--ro-bind', sandbox.programs),
    ...(git === undefined ? [] : gitBinds(git)),
    ...bind(readOnly ? '--ro-bind' : '--bind', [worktree]),
    // Where git looks for its folder; what an agent writes there could lead any git that runs here later.
    ...(git === undefined || readOnly ? [] : bind('--ro-bind', [`${worktree}/.git`])),
    ...bind('--ro-bind', options.readable),
    ...bind('--bind', options.writable),
    ...['--remount-ro', '/', '--chdir', worktree],
    ...(sandbox.filter === undefined ? [] : ['--seccomp', String(FILTER_FD)]),
    '--',
    // Counted from here on; set outside, it would count what else the user runs.
    ...(processes === undefined || !sandbox.countsProcesses ? [] : ['bash', '-c', PROCESSES, String(processes)]),
    ...(hasProxy ? relayed(argv) : argv),
  ];
}

/** Stands in the argv for the path that is known when the command starts. */
export const PROXY_SOCKET_HERE = '@proxy-socket@';

const PROCESSES = 'ulimit -u "$0" && exec "$@"';

function proxyBinds(etc: string): string[] {
  const hasDebian = existsSync(`${etc}${DEBIAN_MAVEN_SETTINGS.slice('/etc'.length)}`);
  return [
    ...['--ro-bind', PROXY_SOCKET_HERE, PROXY_SOCKET, '--ro-bind', JAVA_AGENT_FILE, JAVA_AGENT],
    ...[MAVEN_SETTINGS, ...(hasDebian ? [DEBIAN_MAVEN_SETTINGS] : [])].flatMap((at) => [
      '--ro-bind',
      MAVEN_SETTINGS_FILE,
      at,
    ]),
  ];
}

const gitBinds = ({ clone, admin, objects, submoduleObjects }: GitFolders): string[] => [
  ...bind('--ro-bind', [clone]),
  ...['--tmpfs', `${clone}/worktrees`],
  ...bind('--ro-bind', [admin]),
  ...['--remount-ro', `${clone}/worktrees`],
  ...(objects.startsWith(`${clone}/`) ? [] : bind('--ro-bind', [objects])),
  ...bind('--ro-bind', submoduleObjects),
];
