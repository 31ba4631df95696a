/**
 * How this machine reaches remotes: what its own git configuration says of credentials, addresses, certificates and the
 * program that stands for ssh.
 */
import { inheritedEnvironment } from '../../exec.ts';
import { gitResult } from './git.ts';

/** For commands that talk to a remote. */
export interface RemoteAccess {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Of the person's configuration nothing else reaches our git: hooks, filters and pruning would do harm. */
const WANTED = '^((credential|http|url)\\.|core\\.sshcommand$)';
/** A folder without a configuration of git's of its own. */
const NO_REPOSITORY = { gitDir: '/' };
/** Not the repository's own, which nobody on this machine may have written. */
const SCOPES: ReadonlySet<string> = new Set(['system', 'global']);
const OF_THE_MACHINE = { GIT_CONFIG_NOSYSTEM: undefined, GIT_CONFIG_GLOBAL: undefined };

export interface AccessOptions {
  /** A credential helper that is asked after the machine's own. */
  readonly helper?: string;
  /** What the helper is given of our environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The git folder that conditional includes of the machine's configuration may be for. */
  readonly gitDir?: string | undefined;
}

/** As environment, not as arguments: a configured header may be a secret. */
export async function readAccess({ helper, env = {}, gitDir }: AccessOptions): Promise<RemoteAccess> {
  const settings: [name: string, value: string][] = [];
  let ssh: string | undefined;
  // Not `--global`: that leaves one of the two files out that a person may have.
  const args = ['config', '--includes', '--show-scope', '--null', '--get-regexp', WANTED];
  const place = gitDir === undefined ? NO_REPOSITORY : { gitDir };
  const { exitCode, stdout } = await gitResult(place, args, { env: OF_THE_MACHINE });
  const fields = exitCode === 0 ? stdout.split('\0') : [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [scope = '', entry = ''] = fields.slice(i, i + 2);
    if (!SCOPES.has(scope)) continue;
    const [name = '', ...value] = entry.split('\n');
    if (name === 'core.sshcommand') ssh = value.join('\n');
    else settings.push([name, value.join('\n')]);
  }
  if (helper !== undefined) settings.push(['credential.helper', helper]);
  const numbered = settings.flatMap(([name, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, name],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  const count = { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(numbered) };
  // As for git, the variable comes before the setting; ours on the command line would come before that.
  const own = inheritedEnvironment(['GIT_SSH_COMMAND']).GIT_SSH_COMMAND ?? ssh;
  return { env: { ...env, ...count, ...(own === undefined ? {} : { GIT_SSH_COMMAND: own }) } };
}

/** Protocols that the person's own git never uses on this machine (protocol.<name>.allow, protocol.allow). */
export async function readForbiddenProtocols(): Promise<ReadonlySet<string>> {
  const args = ['config', '--includes', '--null', '--get-regexp', '^protocol\\.'];
  const { exitCode, stdout } = await gitResult(NO_REPOSITORY, args, { env: OF_THE_MACHINE });
  if (exitCode !== 0) return new Set();
  const settings = new Map(stdout.split('\0').map((entry) => entry.split('\n') as [string, string]));
  const isForbidden = (name: string) =>
    (settings.get(`protocol.${name}.allow`) ?? settings.get('protocol.allow')) === 'never';
  return new Set(['https', 'ssh', 'file'].filter(isForbidden));
}
