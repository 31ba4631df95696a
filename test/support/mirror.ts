/** A mirror of the repository `example` with a branch that changes some files, as diffs are read from. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolder, createRepository, type Files } from './git.ts';

/** Call `remove` in `after`. */
export async function createMirror(files: Files) {
  const [state, source] = await Promise.all([createFolder('state'), createRepository()]);
  await source.git('checkout', '--quiet', '-b', 'factory/shop/first');
  const headSha = await source.commit('A change', files);
  await source.git('checkout', '--quiet', 'main');
  await mkdir(join(state.path, 'forge'));
  await source.git('clone', '--quiet', '--bare', '.', join(state.path, 'forge', 'example.git'));
  return {
    stateDir: state.path,
    headSha,
    remove: async () => void (await Promise.all([state.remove(), source.remove()])),
  };
}
