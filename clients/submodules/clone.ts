/** The bare clone of a submodule on this host: of its branches and tags, and of nothing that is ever pushed. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { failure, finalFailure, PassingFailure, passingFailure } from '../failures.ts';
import { isGitFailure } from '../git/failures.ts';
import { fetchOrFill } from '../git/first-fetch.ts';
import { git, gitResult, TRANSFER } from '../git/git.ts';
import { readCommit } from '../git/refs.ts';
import { environmentFor, NO_REPOSITORY, type RemoteAccess, readForbiddenProtocols } from '../git/remote-access.ts';
import { type Clone, lockRepository, openBare } from '../git/repository.ts';
import { hostOf, type Origin, protocolOf, resolveAddress, shownAddress } from './address.ts';

export interface SubmoduleClone extends Clone {
  /** For failures. */
  readonly name: string;
  /** What the addresses of its own submodules are resolved against. */
  readonly origin: Origin;
}

/** The clone for the submodule at `path`, empty until something is fetched. Fails SubmoduleUnavailable (final). */
export async function openSubmodule(
  bare: Clone,
  { path, url }: { readonly path: string; readonly url: string },
  origin: Origin,
): Promise<SubmoduleClone> {
  const address = resolveAddress(url, origin);
  if (address === undefined) {
    throw finalFailure(
      'SubmoduleUnavailable',
      `The submodule ${path} has the address ${url}, which leads nowhere from ${shownAddress(origin.url)}; give it one in full in .gitmodules of the base branch`,
    );
  }
  const gitDir = join(
    bare.submodulesFolder ?? '',
    `${createHash('sha256').update(address).digest('hex').slice(0, 24)}.git`,
  );
  const { url: _, access } = (await bare.submoduleOrigin?.()) ?? { url: '', access: undefined };
  // The repository's .gitmodules, or that of a submodule's own, may name any host.
  const reached = access === undefined ? {} : environmentFor(access, hostOf(address));
  const there = await rewritten(address, reached);
  const protocol = protocolOf(there);
  if (there !== address && /(^|\/)\.\.(\/|$)/.test(there)) {
    throw finalFailure(
      'SubmoduleUnavailable',
      `Git’s configuration on this host (url.<base>.insteadOf) turns the address of the submodule ${path}, ${shownAddress(address)}, into ${shownAddress(there)}, and its ".." leaves the folder that insteadOf names; give the submodule an address without ".."`,
    );
  }
  const forbidden = await readForbiddenProtocols();
  if (forbidden.has(protocol)) {
    throw finalFailure(
      'SubmoduleUnavailable',
      `The submodule ${path} is fetched by ${protocol}, which git's configuration on this host forbids; allow it (protocol.${protocol}.allow), or give it another address`,
    );
  }
  const env = { ...reached, GIT_ALLOW_PROTOCOL: protocol };
  const opened = await openBare({ gitDir, signal: bare.signal }, address);
  const name = `${path} (${shownAddress(address)})`;
  return { ...opened, access: { env }, name, origin: { url: address, isLocal: address.startsWith('/') } };
}

/** The address that git goes to instead, where the operator's own configuration says so (url.<base>.insteadOf). */
async function rewritten(address: string, env: RemoteAccess['env']): Promise<string> {
  return (await git(NO_REPOSITORY, ['ls-remote', '--get-url', address], { env })).trim();
}

/** Where the first submodules of a repository come from. */
export async function originOf(bare: Clone): Promise<Origin> {
  const { url } = (await bare.submoduleOrigin?.()) ?? { url: '' };
  return { url, isLocal: url.startsWith('/') };
}

/**
 * Brings a commit here: with the branches and tags of the remote, else by its name. Fails SubmoduleUnavailable, final or
 * retried as what is behind it is.
 */
export async function needCommit(clone: SubmoduleClone, commit: string): Promise<void> {
  if (await hasCommit(clone, commit)) return;
  try {
    await fetchRefs(clone);
    if (await hasCommit(clone, commit)) return;
    await fetch(clone, [`+${commit}:refs/factory/commits/${commit}`]);
  } catch (error) {
    throw unavailable(clone, commit, error);
  }
}

/** Brings the newest branches and tags here, as far as the remote can be reached: what is here serves else. */
export async function refresh(clone: SubmoduleClone): Promise<void> {
  await fetchRefs(clone).catch((error: unknown) => {
    if (!(error instanceof ApplicationFailure)) throw error;
  });
}

async function hasCommit(clone: SubmoduleClone, commit: string): Promise<boolean> {
  try {
    await readCommit(clone, commit);
    return true;
  } catch (error) {
    if (isGitFailure(error, 'object-missing', 'damaged')) return false;
    throw error;
  }
}

/** On a branch or tag of the remote, as last fetched: so anybody who may read it there can fetch it. */
export async function isOnRemote(clone: SubmoduleClone, commit: string): Promise<boolean> {
  const args = ['for-each-ref', '--contains', commit, '--count=1', 'refs/heads', 'refs/tags'];
  const { exitCode, stdout } = await gitResult(clone, args);
  return exitCode === 0 && stdout !== '';
}

const fetchRefs = (clone: SubmoduleClone): Promise<void> =>
  fetch(clone, ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'], ['--prune']);

async function fetch(clone: SubmoduleClone, refspecs: readonly string[], more: readonly string[] = []): Promise<void> {
  const options = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', ...more];
  const how = { ...TRANSFER, ...(clone.access === undefined ? {} : { env: clone.access.env }) };
  await lockRepository(clone, () =>
    fetchOrFill(clone, refspecs, (depth, wanted) =>
      git(clone, ['fetch', ...options, ...depth, 'forge', ...wanted], how),
    ),
  );
}

function unavailable({ name }: SubmoduleClone, commit: string, error: unknown): unknown {
  if (!(error instanceof ApplicationFailure)) return error;
  // Any name may stand in .gitmodules, so one that leads to no host is not known to pass: a person is asked in the end.
  const passes = error instanceof PassingFailure && !isGitFailure(error, 'host-unknown');
  const make = error.nonRetryable ? finalFailure : passes ? passingFailure : failure;
  const isMissing = isGitFailure(error, 'object-missing');
  const remedy = isMissing
    ? 'push it there, or let the base branch point the submodule at one that is there'
    : 'give this host access to it, or correct its address in .gitmodules of the base branch';
  const what = `The commit ${commit.slice(0, 12)} of the submodule ${name} cannot be fetched`;
  const { details } = error;
  return make('SubmoduleUnavailable', `${what}: ${error.message.replace(/\.$/, '')}; ${remedy}`, {
    cause: error,
    ...(details ? { details } : {}),
  });
}
