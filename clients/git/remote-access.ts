/**
 * How this machine reaches remotes: what its own git configuration says of credentials, addresses, certificates and the
 * program that stands for ssh.
 */
import { inheritedEnvironment } from '../../exec.ts';
import { gitResult } from './git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** For commands that talk to a remote. */
export interface RemoteAccess {
  readonly env: Environment;
  /** Where the login in `env` is of one host only: that host, and what any other is reached with. */
  readonly login?: { readonly host: string; readonly elsewhere: Environment };
}

/** The only settings of the person's configuration that reach our git: hooks, filters and pruning would do harm. */
const WANTED = '^((credential|http|url)\\.|core\\.sshcommand$)';
/** A folder without a configuration of git's of its own. */
export const NO_REPOSITORY = { gitDir: '/' };
/** Not the repository's own, which nobody on this machine may have written. */
const SCOPES: ReadonlySet<string> = new Set(['system', 'global']);
const OF_THE_MACHINE = { GIT_CONFIG_NOSYSTEM: undefined, GIT_CONFIG_GLOBAL: undefined };

export interface AccessOptions {
  /** A credential helper that is asked for this host only, after the machine's own. */
  readonly login?: Login;
  /** The git folder that conditional includes of the machine's configuration may be for. */
  readonly gitDir?: string | undefined;
}

export interface Login {
  /** With the port where https names one. */
  readonly host: string;
  readonly helper: string;
  /** The part of our environment that the helper needs. */
  readonly env: Environment;
}

/** Gh's own, for a host that its token is meant for. */
export const ghLogin = (host: string, env: Environment): Login => ({ host, helper: '!gh auth git-credential', env });

/** As environment, not as arguments: a configured header may be a secret. */
export async function readAccess({ login, gitDir }: AccessOptions): Promise<RemoteAccess> {
  const settings: [name: string, value: string][] = [];
  let ssh: string | undefined;
  // Not `--global`: that leaves one of the two files out that a person may have.
  const args = ['config', '--includes', '--show-scope', '--null', '--get-regexp', WANTED];
  const repo = gitDir === undefined ? NO_REPOSITORY : { gitDir };
  const { exitCode, stdout } = await gitResult(repo, args, { env: OF_THE_MACHINE });
  const fields = exitCode === 0 ? stdout.split('\0') : [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [scope = '', entry = ''] = fields.slice(i, i + 2);
    if (!SCOPES.has(scope)) continue;
    const [name = '', ...value] = entry.split('\n');
    if (name === 'core.sshcommand') ssh = value.join('\n');
    else settings.push([name, value.join('\n')]);
  }
  // As for git, the variable comes before the setting; ours on the command line would come before that.
  const own = inheritedEnvironment(['GIT_SSH_COMMAND']).GIT_SSH_COMMAND ?? ssh;
  const program = own === undefined ? {} : { GIT_SSH_COMMAND: own };
  const elsewhere = { ...configured(settings), ...program };
  if (login === undefined) return { env: elsewhere };
  const { host, helper, env } = login;
  const all = configured([...settings, [`credential.https://${host}.helper`, helper]]);
  return { env: { ...env, ...all, ...program }, login: { host, elsewhere } };
}

/** The environment of a fetch from this host. Only the login's own host may see the login. */
export function environmentFor({ env, login }: RemoteAccess, host: string | undefined): Environment {
  return login === undefined || (host !== undefined && plain(host) === plain(login.host)) ? env : login.elsewhere;
}

const plain = (host: string): string => host.toLowerCase().replace(/:443$/, '');

function configured(settings: readonly (readonly [name: string, value: string])[]): Environment {
  const numbered = settings.flatMap(([name, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, name],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(numbered) };
}

/** Protocols that the person's own git never uses on this machine (protocol.<name>.allow, protocol.allow). */
export async function readForbiddenProtocols(): Promise<ReadonlySet<string>> {
  const args = ['config', '--includes', '--null', '--get-regexp', '^protocol\\.'];
  const { exitCode, stdout } = await gitResult(NO_REPOSITORY, args, { env: OF_THE_MACHINE });
  if (exitCode !== 0) return new Set();
  const settings = new Map(stdout.split('\0').map((entry) => entry.split('\n') as [string, string]));
  const isForbidden = (name: string) =>
    (settings.get(`protocol.${name}.allow`) ?? settings.get('protocol.allow')) === 'never';
  return new Set(['https', 'http', 'ssh', 'git', 'file'].filter(isForbidden));
}
