/** Refs as git keeps them in files: read without a process. Only git writes them, by compare-and-swap. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitRepo, git } from './git.ts';

const SHA = /^[0-9a-f]{40}$/;
const DEEPEST_LINK = 5;

/** Where these refs of a bare repository are, symbolic ones followed; a ref that there is not is left out. */
export async function readRefFiles(repo: GitRepo, names: readonly string[]): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  let packed: Promise<Map<string, string>> | undefined;
  // Loose before packed, as git packs a ref first and takes the loose one away after that.
  const find = async (name: string, depth = 0): Promise<string | undefined> => {
    const text = await readFile(join(repo.gitDir, name), 'utf8').catch(notAFile);
    if (text === undefined) {
      packed ??= readPacked(repo);
      return (await packed).get(name);
    }
    const value = text.trimEnd();
    if (SHA.test(value)) return value;
    const target = /^ref: *(refs\/\S+)$/.exec(value)?.[1];
    if (target !== undefined && depth < DEEPEST_LINK) return await find(target, depth + 1);
    // Damaged, or a form that is not known here: git has the word, and says what is wrong.
    return (await git(repo, ['rev-parse', '--verify', name])).trim();
  };
  await Promise.all(
    names.map(async (name) => {
      const sha = await find(name);
      if (sha !== undefined) refs.set(name, sha);
    }),
  );
  return refs;
}

async function readPacked(repo: GitRepo): Promise<Map<string, string>> {
  const text = (await readFile(join(repo.gitDir, 'packed-refs'), 'utf8').catch(notAFile)) ?? '';
  const lines = text.matchAll(/^([0-9a-f]{40}) (\S+)$/gm);
  return new Map([...lines].map(([, sha = '', name = '']) => [name, sha]));
}

function notAFile(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
