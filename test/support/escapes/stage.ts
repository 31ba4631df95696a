/** What there is to escape to: a host with another task's worktree, secrets, processes and sockets, all of them real. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { adminDir } from '../../../activities/worktree/worktree-state.ts';
import { clonePath, journalPath, mirrorPath } from '../../../clients/git/names.ts';
import type { GitFolders, Sandbox } from '../../../clients/terminal/sandbox.ts';
import { findSandbox } from '../../../clients/terminal/sandbox-probe.ts';
import { createTerminal, endServer, type Terminal } from '../../../clients/terminal/tmux.ts';
import { createGitStage, type GitStage, REPOSITORY } from '../git-stage.ts';
import { waitFor } from '../wait-for.ts';
import { listenEverywhere } from './listeners.ts';

export const EPIC = 'escapes';
export const TASK = {
  ...{ epicId: EPIC, taskKey: 'agent', repository: REPOSITORY, targetBranch: 'main' },
  placement: { host: 'one', epoch: 1 },
};

export interface EscapeStage {
  readonly git: GitStage;
  readonly sandbox: Sandbox;
  readonly terminal: Terminal;
  readonly stateDir: string;
  /** The agent's. */
  readonly worktree: string;
  /** Another task's, with a file `secret`. */
  readonly other: string;
  /** A folder beside everything else, with a file `secret`; by its path from the worktree too. */
  readonly outside: string;
  readonly relative: string;
  /** What the secrets hold, and what is in no name and no variable of the attempts. */
  readonly canary: string;
  /** A name that nothing else has. */
  readonly abstract: string;
  readonly clone: string;
  readonly admin: string;
  readonly folders: GitFolders;
  /** The folder of our shell scripts. */
  readonly program: string;
  /** A process of somebody else, with a secret in its environment. */
  readonly sleeper: ChildProcess;
  /** Variables of the attempts. */
  variables(journalDir: string): Record<string, string>;
  journal(name: string): string;
  /** Which listeners were reached since the last call. */
  visits(): string[];
  /** Waits until a process of that name runs, or none does. */
  isRunning(name: string, wanted: boolean): Promise<void>;
  hostGit(...args: string[]): Promise<string>;
  makePipe(path: string): void;
  /** Swaps a folder and a link to `target` as fast as it can, until the answer is called. */
  swap(folder: string, target: string): () => Promise<void>;
  remove(): Promise<void>;
}

export async function createEscapeStage(): Promise<EscapeStage> {
  const files = {
    'a.txt': 'a\n',
    'folder/b.txt': 'b\n',
    'factory.yaml': 'verify: "true"\n',
    'AGENTS.md': 'Be kind.\n',
  };
  const git = await createGitStage({ files });
  const { stateDir } = git;
  const folder = dirname(stateDir);
  const [canary, abstract] = [`canary-${randomBytes(8).toString('hex')}`, `name-${randomBytes(8).toString('hex')}`];
  const { worktree } = await git.host('one').prepareWorktree(TASK);
  const { worktree: other } = await git.host('one').prepareWorktree({ ...TASK, taskKey: 'other' });
  // Of this run alone, since the whole machine shares these keys.
  const sharedMemory = randomBytes(4).readUInt32BE() >>> 1;
  const outside = join(folder, 'outside');
  const home = join(folder, 'home');
  const secrets = ['.ssh/id_ed25519', '.gitconfig', '.config/gh/hosts.yml'].map((name) => join(home, name));
  for (const file of [...secrets, join(outside, 'secret'), join(other, 'secret'), join(stateDir, 'secret')]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${canary}\n`);
  }
  const before = { HOME: homedir(), ANTHROPIC_API_KEY: undefined };
  Object.assign(process.env, { HOME: home, ANTHROPIC_API_KEY: canary });
  const idle = ['-e', 'setInterval(() => {}, 1_000_000)', `sleeper-${abstract}`];
  const sleeper = spawn(process.execPath, idle, { stdio: 'ignore', env: { PATH: '', KEY: canary }, detached: true });
  execFileSync('perl', ['-e', `defined shmget(${sharedMemory}, 4096, 0600 | 01000) or die $!`]);
  const listeners = await listenEverywhere({ path: join(outside, 'socket'), abstract, canary });
  const terminal = createTerminal({ stateDir, host: 'one' });
  const clone = clonePath(stateDir, 'one', REPOSITORY);
  const admin = adminDir({ gitDir: clone }, EPIC, worktree);
  const objects = join(mirrorPath(stateDir, REPOSITORY), 'objects');
  const program = join(import.meta.dirname, '../../../clients/terminal');
  const readable = [dirname(process.execPath)];
  const systemDir = join(stateDir, 'system');
  const sandbox = await findSandbox({ setting: 'auto', readable, hidden: [stateDir], systemDir });
  return {
    ...{ git, sandbox, terminal, stateDir, worktree, other, outside, canary, abstract, clone, admin, program, sleeper },
    folders: { clone, admin, objects, submoduleObjects: [] },
    relative: relative(worktree, outside),
    variables: (journalDir) => ({
      ...{ OUTSIDE: outside, RELATIVE: relative(worktree, outside), WORKTREE: worktree, OTHER: other, STATE: stateDir },
      ...{ REAL_HOME: home, JOURNAL: journalDir, PROGRAM: program, CLONE: clone, ADMIN: admin, OBJECTS: objects },
      ...{ ABSTRACT: abstract, HOST_PID: String(sleeper.pid), SHM: String(sharedMemory), SOCKET: terminal.socket },
      ...listeners.variables,
    }),
    journal: (name) => journalPath({ stateDir, host: 'one' }, EPIC, 'agent', name),
    visits: listeners.visits,
    isRunning: (name, wanted) =>
      waitFor(() => isListed(name) === wanted, { what: `${name} to ${wanted ? 'run' : 'be gone'}` }).then(() => {}),
    hostGit: async (...args) => execFileSync('git', ['--git-dir', admin, ...args], { encoding: 'utf8' }),
    makePipe: (path) => void execFileSync('mkfifo', [path]),
    swap(swapped, target) {
      // In a process of its own, so that it swaps in the middle of whatever the tool does.
      const code = `const fs = require('node:fs'); const [a, b] = process.argv.slice(1); fs.symlinkSync(b, a + '.link');
        for (;;) { fs.renameSync(a, a + '.kept'); fs.renameSync(a + '.link', a); fs.renameSync(a, a + '.link'); fs.renameSync(a + '.kept', a); }`;
      const swapper = spawn(process.execPath, ['-e', code, swapped, target], { stdio: 'ignore' });
      const ended = new Promise<void>((resolve) => swapper.once('exit', () => resolve()));
      return async () => {
        swapper.kill('SIGKILL');
        await ended;
      };
    },
    async remove() {
      sleeper.kill('SIGKILL');
      listeners.close();
      execFileSync('ipcrm', ['-M', `0x${sharedMemory.toString(16)}`]);
      Object.assign(process.env, before);
      delete process.env.ANTHROPIC_API_KEY;
      await endServer(terminal);
      await git.remove();
    },
  };
}

function isListed(name: string): boolean {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] === name;
      } catch {
        return false;
      }
    });
}
