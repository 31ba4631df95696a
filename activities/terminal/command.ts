/** The text and environment that a command is started with: all of it written down, nothing inherited. */
import { join } from 'node:path';
import { inheritedEnvironment } from '../../exec.ts';
import { sandboxed } from './sandbox.ts';

export interface Launch {
  readonly cookie: string;
  readonly worktree: string;
  readonly journalDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
  /** The folder through which cwd and variables carry over. */
  readonly carryDir: string | undefined;
}

const SHELL = join(import.meta.dirname, 'shell.sh');

/** What the wrapper runs: becomes the sandbox or bash without a process in between, so its pid is the session's. */
export function launchScript({ cookie, worktree, journalDir, env, readOnly, carryDir }: Launch): string {
  const script = join(journalDir, 'script');
  const carry = carryDir === undefined ? [] : [carryDir];
  const argv = sandboxed(['bash', SHELL, worktree, script, ...carry], {
    worktree,
    tmp: '/tmp',
    readOnly,
    readable: [SHELL, script],
    writable: carry,
  });
  const variables = Object.entries({ ...commandEnvironment(env), FACTORY_COMMAND: cookie });
  const assignments = variables.map(([name, value]) => shellQuote(`${name}=${value}`));
  return `echo $$ >started/pid\nexec env -i ${[...assignments, ...argv.map(shellQuote)].join(' ')}\n`;
}

/** One word for a shell, whatever is in it. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An allow-list, so that no key of ours is there, and what makes programs fail instead of asking; `env` is the policy's. */
export function commandEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', ...home } = inheritedEnvironment(['PATH', 'HOME', 'USER', 'LOGNAME']);
  return {
    PATH: withoutNpm(PATH),
    ...home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CI: '1',
    NO_COLOR: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'false',
    EDITOR: 'false',
    VISUAL: 'false',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    ...env,
  };
}

/** Without the folders that npm puts in front for our own scripts: a repository's commands must not meet our tools. */
function withoutNpm(path: string): string {
  const isNpm = (folder: string) => folder.endsWith('/node_modules/.bin') || folder.endsWith('/node-gyp-bin');
  return path
    .split(':')
    .filter((folder) => !isNpm(folder))
    .join(':');
}
