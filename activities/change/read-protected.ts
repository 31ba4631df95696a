/** Reads what `protected-files.ts` tells: the changed files, and the parts of everyday ones that run by themselves. */
import type { GitRepo } from '../../clients/git/git.ts';
import type { Findings } from '../../workflows/contract/change.ts';
import { protectionOf } from '../../workflows/contract/protected.ts';
import type { ChangedFile } from './changed-files.ts';
import { findProtected } from './protected-files.ts';
import { type ProtectionPolicy, protections } from './protections.ts';
import { readText } from './read-text.ts';
import { type ChangedParts, changedParts, hasParts } from './run-by-itself.ts';

const MOST_FILES = 300;
const MOST_BYTES = 1 << 20;

export async function readProtected(
  bare: GitRepo,
  files: readonly ChangedFile[],
  policy: ProtectionPolicy,
): Promise<Findings | undefined> {
  const whyProtected = protections(policy);
  const isAutorun = protectionOf(policy).groups.includes('autorun');
  const found = isAutorun ? await readParts(bare, files) : [];
  return findProtected(
    files,
    whyProtected,
    found.filter(({ path }) => whyProtected(path, true) === undefined),
  );
}

async function readParts(bare: GitRepo, files: readonly ChangedFile[]): Promise<ChangedParts[]> {
  const found: ChangedParts[] = [];
  const changed = files.filter(({ status, path }) => status !== 'deleted' && hasParts(path));
  for (const [index, { status, path, from = path, before, after }] of changed.entries()) {
    const isNew = status === 'added' || !hasParts(from);
    const read = (version: typeof before) => (index < MOST_FILES ? readText(bare, version, MOST_BYTES) : null);
    const parts = changedParts(path, isNew ? '' : await read(before), await read(after));
    if (parts.length > 0) found.push({ status, path, parts });
  }
  return found;
}
