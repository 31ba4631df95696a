/** Which repository of GitHub a clone's origin is. */
import { isAbsolute } from 'node:path';
import { finalFailure } from '../failures.ts';
import { type GitRepo, git } from '../git/git.ts';

export interface Origin {
  /** The address for git, without any login that the clone's own address held. */
  readonly url: string;
  /** With the port where https names one. */
  readonly hostname: string;
  readonly owner: string;
  readonly name: string;
}

const HTTPS = /^https:\/\/(?:[^@/]+@)?(?<hostname>[^/@]+)\/(?<owner>[^/]+)\/(?<name>[^/]+?)(?:\.git)?\/?$/;
const SSH = /^ssh:\/\/(?:[^@/]+@)?(?<hostname>[^/@:]+)(?::\d+)?\/(?<owner>[^/]+)\/(?<name>[^/]+?)(?:\.git)?\/?$/;
// As scp writes it: user@host:owner/name.
const SCP = /^(?:[^@/:]+@)?(?<hostname>[^/@:]+):(?<owner>[^/]+)\/(?<name>[^/]+?)(?:\.git)?\/?$/;

/** Undefined for what is no repository of a host: a path, or an address of another shape. */
export function parseOrigin(url: string): Origin | undefined {
  if (isAbsolute(url) || url.startsWith('.')) return undefined;
  const { hostname, owner, name } = (HTTPS.exec(url) ?? SSH.exec(url) ?? SCP.exec(url))?.groups ?? {};
  if (hostname === undefined || owner === undefined || name === undefined) return undefined;
  // GitHub's ssh over port 443 has a name of its own.
  return { url: withoutSecret(url), hostname: hostname === 'ssh.github.com' ? 'github.com' : hostname, owner, name };
}

/**
 * The address goes into files that agents' commands can read. For https the machine's credentials serve git, and GitHub
 * takes a token as the user's name too; of ssh only the user counts.
 */
const withoutSecret = (url: string): string =>
  url.replace(/^(https:\/\/)[^@/]+@/, '$1').replace(/^(ssh:\/\/[^:@/]+):[^@/]*@/, '$1@');

/** Its address under another name, as `owner/name`. */
export const renamed = ({ url, owner, name }: Origin, fullName: string): string => {
  const end = `${owner}/${name}`;
  const at = url.lastIndexOf(end);
  return at === -1 ? url : `${url.slice(0, at)}${fullName}${url.slice(at + end.length)}`;
};

/** The origin of a repository on this machine, bare or checked out. */
export async function readOrigin(path: string, signal?: AbortSignal): Promise<Origin> {
  for (const gitDir of [`${path}/.git`, path]) {
    const url = await originOf({ gitDir, signal });
    const origin = url === undefined ? undefined : parseOrigin(url);
    if (origin !== undefined) return origin;
    if (url === undefined) continue;
    throw finalFailure(
      'RepositoryMissing',
      `The origin of ${path} is ${url.replace(/^([a-z+]+:\/\/)?.*@/is, '$1…@')}, which names no repository of GitHub; set another origin, or FORGE=local`,
    );
  }
  throw finalFailure(
    'RepositoryMissing',
    `${path} has no origin, and FORGE=github works on that; git remote add origin …, or set FORGE=local`,
  );
}

async function originOf(repo: GitRepo): Promise<string | undefined> {
  // The folder was configured by the person whose machine this is, so it may belong to another user.
  const args = ['-c', 'safe.directory=*', 'config', '--get', 'remote.origin.url'];
  return (await git(repo, args).catch(() => undefined))?.trim() || undefined;
}
