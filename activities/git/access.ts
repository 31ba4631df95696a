/** How this machine reaches remotes: what its own git configuration says of credentials, addresses and certificates. */
import { gitResult } from './git.ts';

/** For commands that talk to a remote. */
export interface RemoteAccess {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Of the person's configuration nothing else reaches our git: hooks, filters and pruning would do harm. */
const WANTED = '^(credential|http|url)\\.';
/** A folder without a configuration of git's of its own. */
const NO_REPOSITORY = { gitDir: '/' };
const OF_THE_MACHINE = { GIT_CONFIG_NOSYSTEM: undefined, GIT_CONFIG_GLOBAL: undefined };

export interface AccessOptions {
  /** A credential helper that is asked after the machine's own. */
  readonly helper?: string;
  /** What the helper is given of our environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** As environment, not as arguments: a configured header may be a secret. */
export async function readAccess({ helper, env = {} }: AccessOptions): Promise<RemoteAccess> {
  const settings: [name: string, value: string][] = [];
  // Not `--global`: that leaves one of the two files out that a person may have.
  const args = ['config', '--includes', '--null', '--get-regexp', WANTED];
  const { exitCode, stdout } = await gitResult(NO_REPOSITORY, args, { env: OF_THE_MACHINE });
  for (const entry of exitCode === 0 ? stdout.split('\0').slice(0, -1) : []) {
    const [name = '', ...value] = entry.split('\n');
    settings.push([name, value.join('\n')]);
  }
  if (helper !== undefined) settings.push(['credential.helper', helper]);
  const numbered = settings.flatMap(([name, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, name],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return { env: { ...env, GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(numbered) } };
}
