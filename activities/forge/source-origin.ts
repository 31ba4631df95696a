/** Where the submodules of a person's own repository come from: as for git there, its origin, else the folder itself. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { gitResult } from '../../clients/git/git.ts';
import { readAccess } from '../../clients/git/remote-access.ts';
import type { SubmoduleOrigin } from '../../clients/git/repository.ts';
import { findGitDir } from './examine-source.ts';

export async function readSubmoduleOrigin(path: string): Promise<SubmoduleOrigin> {
  const gitDir = await findGitDir(path);
  const { stdout } = await gitResult({ gitDir }, ['config', '--get', 'remote.origin.url']);
  const folder = basename(gitDir) === '.git' ? dirname(gitDir) : await realpath(path);
  const url = stdout.trim();
  const isFolder = url === '' || url.startsWith('/') || /^\.{1,2}(\/|$)/.test(url);
  return { url: isFolder ? resolve(folder, url) : url, access: await readAccess({ gitDir }) };
}
