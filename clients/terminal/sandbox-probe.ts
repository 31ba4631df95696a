/** Which sandbox this host has: found once, when a worker process starts, by running a command in it as it will be used. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { exec, inheritedEnvironment } from '../../exec.ts';
import { shellQuote, withoutNpm } from './command.ts';
import { findProgram } from './find-program.ts';
import { NETWORK_PROGRAMS } from './network.ts';
import { programFolders } from './program-folders.ts';
import { FILTER_FD, NO_SANDBOX, type Sandbox, sandboxed } from './sandbox.ts';
import { seccompFilter } from './seccomp.ts';
import { systemFiles } from './system-files.ts';
import { copySystem, markUsed } from './system-folder.ts';
import { toolHomes } from './tool-homes.ts';

/** `auto`: what this host has; `off`: none, accepted by whoever runs it. */
export type SandboxSetting = 'auto' | 'off';

const PROBE_MS = 20_000;

/** What newer versions of bubblewrap have; tried first with, then without. */
const EXTRAS: readonly (readonly string[])[] = [['--disable-userns'], []];

export interface FindOptions {
  readonly setting: SandboxSetting;
  /** Folders that commands may read besides those of programs. */
  readonly readable: readonly string[];
  /** What is never bound, nor a folder that holds it. */
  readonly hidden: readonly string[];
  /** The folder for the copies of /etc. */
  readonly systemDir: string;
}

export async function findSandbox(options: FindOptions): Promise<Sandbox> {
  if (options.setting === 'off') return NO_SANDBOX('it is turned off (SANDBOX=off)');
  if (process.platform !== 'linux') return NO_SANDBOX(`this version has none for ${process.platform}`);
  const { PATH = '' } = inheritedEnvironment(['PATH']);
  const program = findProgram(PATH, 'bwrap');
  if (program === undefined) return NO_SANDBOX('bubblewrap is not installed');
  const filter = seccompFilter(process.arch);
  const variables = toolHomes(withoutNpm(PATH), homedir());
  const readable = [...options.readable, ...Object.values(variables)];
  const programs = await programFolders(withoutNpm(PATH), homedir(), { ...options, readable });
  const etc = copyOrReason(options.systemDir);
  if (etc instanceof Error) return NO_SANDBOX(`/etc cannot be copied to ${options.systemDir} (${etc.message})`);
  let problem = '';
  for (const extras of EXTRAS) {
    const sandbox: Sandbox = {
      kind: 'bubblewrap',
      description: '',
      program,
      options: extras,
      etc,
      system: systemFiles(),
      programs,
      variables,
      filter,
      countsProcesses: true,
      missingForNetwork: NETWORK_PROGRAMS.filter(({ file }) => findProgram(PATH, file) === undefined).map(
        ({ name }) => name,
      ),
    };
    problem = (await attempt(sandbox, CONFINED)) ?? '';
    if (problem !== '') continue;
    const countsProcesses = (await attempt({ ...sandbox }, TOO_MANY)) !== undefined;
    return { ...sandbox, countsProcesses, description: describe({ ...sandbox, countsProcesses }) };
  }
  return NO_SANDBOX(`bubblewrap does not work here (${problem})`);
}

const MARK_EVERY_MS = 3_600_000;

/** The copy stays for as long as this process may give it to commands. */
function copyOrReason(systemDir: string): string | Error {
  try {
    const folder = copySystem(systemDir);
    setInterval(() => markUsed(folder), MARK_EVERY_MS).unref();
    return folder;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function describe({ filter, options, countsProcesses, missingForNetwork }: Sandbox): string {
  const missing = [
    ...(filter !== undefined ? [] : ['no filter of system calls for this processor']),
    ...(options.length > 0 ? [] : ['user namespaces inside, since bubblewrap is older than 0.8']),
    ...(countsProcesses ? [] : ['no limit of processes']),
  ];
  // Which hosts are allowed is known for each repository only, from its factory.yaml.
  const hosts = missingForNetwork.length > 0 ? '' : ' but the hosts that factory.yaml allows';
  return [`bubblewrap, no network${hosts}`, ...missing].join('; ');
}

/** What must hold inside; 0 only when all of it does. */
const CONFINED = `
  test "$(cat in)" = in && echo out >out || { echo 'the worktree cannot be used'; exit 1; }
  test ! -e ../outside || { echo 'files outside are seen'; exit 1; }
  if grep -v -e '|' -e ' lo:' /proc/net/dev; then echo 'there is a network'; exit 1; fi
  for file in /proc/sys/kernel/core_pattern /etc/hosts /usr/bin/env; do
    if (: >>"$file") 2>/dev/null; then echo "$file can be written"; exit 1; fi
  done`;

const PROCESSES = 8;
/** Fails where the limit of processes holds. */
const TOO_MANY = 'echo out >out; for i in 1 2 3 4 5 6 7 8 9; do sleep 5 & done';

/** Why the script does not pass in the sandbox. */
async function attempt(sandbox: Sandbox, script: string): Promise<string | undefined> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-probe-')));
  try {
    const worktree = join(folder, 'worktree');
    await mkdir(worktree);
    await Promise.all([
      writeFile(join(worktree, 'in'), 'in\n'),
      writeFile(join(folder, 'outside'), ''),
      writeFile(join(folder, 'filter'), sandbox.filter ?? ''),
    ]);
    const argv = sandboxed(['sh', '-c', script], sandbox, {
      worktree,
      readOnly: false,
      privateDir: undefined,
      home: undefined,
      git: undefined,
      readable: [],
      writable: [],
      hasProxy: false,
      certificates: {},
      processes: PROCESSES,
    });
    const filtered = sandbox.filter === undefined ? '' : ` ${FILTER_FD}<${shellQuote(join(folder, 'filter'))}`;
    const result = await exec({
      file: 'sh',
      args: ['-c', `exec ${argv.map(shellQuote).join(' ')}${filtered}`],
      inherit: 'nothing',
      env: inheritedEnvironment(['PATH']),
      timeoutMs: PROBE_MS,
    });
    // That it ran at all: what it wrote is there.
    if (result.exitCode === 0 && existsSync(join(worktree, 'out'))) return undefined;
    const said = `${result.stderr}${result.stdout}`.trim().split('\n').at(-1) ?? '';
    return said === '' ? `exit code ${result.exitCode}` : said;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Why agents' commands may not run on this host with these settings, or nothing. `hasSandbox`: its probe succeeded;
 * `mayBeReal`: what answers may be a real model, which without a key here only a worker process cannot know. A tracker
 * brings words of people who do not operate this machine, whatever model reads them.
 */
export function sandboxProblem(
  config: Pick<Config, 'model' | 'sandbox' | 'linear'>,
  hasSandbox: boolean,
  mayBeReal = config.model.apiKey !== undefined,
): string | undefined {
  if (hasSandbox || config.sandbox.setting === 'off') return undefined;
  const [what, variable] = mayBeReal
    ? ['commands of a real model', 'ANTHROPIC_API_KEY']
    : config.linear === undefined
      ? []
      : ['commands for issues of Linear', 'LINEAR_API_KEY'];
  if (what === undefined) return undefined;
  return `There is no sandbox here, so ${what} would run with your rights. Install bubblewrap (\`npm run doctor\` says how and what stands in its way), set SANDBOX=off to accept it, or unset ${variable}.`;
}
