/** git, tmux, bubblewrap, socat, ripgrep, gh and Chromium, which come from the system: found, named with the command that installs them, or installed. */
import { existsSync } from 'node:fs';
import { exec } from '../../exec.ts';
import { isAtLeast, onPath, versionOf } from './find.ts';
import { type Finding, found } from './finding.ts';

interface SystemProgram {
  /** The name of its package. */
  readonly name: string;
  /** Where it is called otherwise. */
  readonly file?: string;
  readonly least: string;
  readonly versionArgs: readonly string[];
  readonly why: string;
  /** Nothing works without it. */
  readonly required: boolean;
}

const GIT: SystemProgram = {
  ...{ name: 'git', least: '2.38', versionArgs: ['--version'], why: 'merges without a worktree', required: true },
};
const TMUX: SystemProgram = {
  ...{ name: 'tmux', least: '3.0', versionArgs: ['-V'], why: 'keeps running commands alive', required: true },
};
// A scripted model needs no sandbox, and elsewhere than on Linux there is none in this version.
const BUBBLEWRAP: SystemProgram = {
  name: 'bubblewrap',
  file: 'bwrap',
  least: '0.4',
  versionArgs: ['--version'],
  why: 'keeps agents’ commands from the rest of the machine',
  required: false,
};
// Only commands that may reach hosts of the network need these two.
const SOCAT: SystemProgram = {
  name: 'socat',
  least: '1.7',
  versionArgs: ['-V'],
  required: false,
  why: 'passes on what commands may send to hosts that factory.yaml names',
};
const RIPGREP: SystemProgram = {
  name: 'ripgrep',
  file: 'rg',
  least: '11.0',
  versionArgs: ['--version'],
  required: false,
  why: 'is what the sandbox with a network looks for files with',
};
/** Pull requests on GitHub are made with it. */
const GH: SystemProgram = {
  ...{ name: 'gh', least: '2.20', versionArgs: ['--version'], why: 'reaches pull requests on GitHub', required: false },
};
/** The tests of the dashboard drive it. Debian's is called chromium; others are found by the names that they have. */
const CHROMIUM: SystemProgram = {
  ...{
    name: 'chromium',
    least: '110',
    versionArgs: ['--version'],
    why: 'runs the dashboard in tests',
    required: false,
  },
};
const PROGRAMS = process.platform === 'linux' ? [GIT, TMUX, BUBBLEWRAP, SOCAT, RIPGREP] : [GIT, TMUX];

/** How the package managers that people have install a package. */
const INSTALLERS: readonly (readonly [manager: string, command: string])[] = [
  ['apt-get', 'apt-get install -y'],
  ['brew', 'brew install'],
  ['dnf', 'dnf install -y'],
  ['pacman', 'pacman -S --noconfirm'],
  ['apk', 'apk add'],
  ['zypper', 'zypper install -y'],
];

/** The command that installs `name` on this system. */
export function installCommand(name: string): string {
  const installer = INSTALLERS.find(([manager]) => onPath(manager) !== undefined);
  if (installer === undefined) return `install ${name} with your system's package manager`;
  const [manager, command] = installer;
  const asRoot = manager === 'brew' || process.getuid?.() === 0 ? '' : 'sudo ';
  return `${asRoot}${command} ${name}`;
}

export const examineSystemPrograms = (): Promise<Finding[]> => Promise.all(PROGRAMS.map(examine));

export const examineGh = (isRequired: boolean): Promise<Finding> => examine({ ...GH, required: isRequired });

/** Installs what is missing where that needs nobody's password: on Debian and its kin as root. */
export async function ensureSystemPrograms(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const program of PROGRAMS) findings.push(await ensure(program));
  return findings;
}

/** The same for gh, which only a factory with FORGE=github needs, and the tests. */
export const ensureGh = (isRequired: boolean): Promise<Finding> => ensure({ ...GH, required: isRequired });

/** Only the tests need it, and those that do are skipped without. */
export const ensureChromium = (): Promise<Finding> => ensure(CHROMIUM);

async function ensure(program: SystemProgram): Promise<Finding> {
  const before = await examine(program);
  if (before.ok || !canInstall()) return before;
  const problem = await aptInstall(program.name);
  const after = await examine(program);
  if (after.ok) return found(after.part, `${after.detail}, installed with apt-get`);
  return { ...after, detail: `${after.detail}${problem === undefined ? '' : ` apt-get: ${problem}`}` };
}

async function examine({
  name,
  file: called = name,
  least,
  versionArgs,
  why,
  required,
}: SystemProgram): Promise<Finding> {
  const file = onPath(called);
  const version = file === undefined ? undefined : await versionOf(file, versionArgs);
  if (file !== undefined && version !== undefined && isAtLeast(version, least))
    return found(name, `${version} at ${file}`);
  const missing = file === undefined;
  return {
    ok: false,
    part: name,
    why: missing ? 'missing' : 'wrong version',
    detail: missing
      ? `It is not on PATH; version ${least} or newer ${why}.`
      : `${file} is ${version ?? 'of unknown version'}; ${least} or newer ${why}.`,
    remedy: installCommand(name),
    required,
  };
}

const canInstall = () =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== undefined;

/** Returns what went wrong, if anything did. The lists of packages are only fetched when the first try fails. */
async function aptInstall(name: string): Promise<string | undefined> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = {
    file: 'apt-get',
    args: ['install', '-y', '--no-install-recommends', name],
    env,
    timeoutMs: 300_000,
  };
  if ((await exec(install)).exitCode === 0) return undefined;
  await exec({ file: 'apt-get', args: ['update'], env, timeoutMs: 120_000 });
  const second = await exec(install);
  return second.exitCode === 0 ? undefined : second.stderr.trim().split('\n').at(-1);
}
