/** Temporary folders and git repositories for tests; git is called as a person would call it. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Content by path; `executable` files get their bit. */
export type Files = Readonly<Record<string, string | { readonly content: string; readonly executable: true }>>;

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A fresh folder by its real path (on macOS the temporary folder is a link, and git answers with real paths). */
export async function createFolder(name = 'folder'): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }) };
}

export interface Repository extends TemporaryFolder {
  /** Runs git in the repository; answers with its output, trimmed; a failure throws with what git said. */
  git(...args: string[]): Promise<string>;
  write(files: Files): Promise<void>;
  /** Writes, adds and commits; answers with the commit. */
  commit(message: string, files?: Files): Promise<string>;
}

/** A repository with one commit of `files` on `branch`, checked out unless `bare`. */
export async function createRepository({
  files = { 'README.md': '# Example\n' },
  branch = 'main',
  bare = false,
}: {
  files?: Files;
  branch?: string;
  bare?: boolean;
} = {}): Promise<Repository> {
  const folder = await createFolder('repository');
  const source = repositoryAt(bare ? join(folder.path, 'source') : folder.path, folder.remove);
  await mkdir(source.path, { recursive: true });
  await source.git('init', '--quiet', '--initial-branch', branch);
  await source.commit('Begin', files);
  if (!bare) return source;
  await source.git('clone', '--quiet', '--bare', '.', join(folder.path, 'repository.git'));
  await rm(source.path, { recursive: true, force: true });
  return repositoryAt(join(folder.path, 'repository.git'), folder.remove);
}

/** The same handle on a repository that is already there; `remove` does nothing unless given. */
export function repositoryAt(path: string, remove: () => Promise<void> = async () => {}): Repository {
  const git = (...args: string[]) => gitIn(path, args);
  const write = (files: Files) => writeFiles(path, files);
  return {
    path,
    remove,
    git,
    write,
    async commit(message, files = {}) {
      await write(files);
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof file === 'string' ? file : file.content);
    if (typeof file !== 'string') await chmod(path, 0o755);
  }
}

/** The person's own git configuration stays out of it, and nothing prompts. */
async function gitIn(cwd: string, args: readonly string[]): Promise<string> {
  const identity = { NAME: 'Test', EMAIL: 'test@example.com' };
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...Object.fromEntries(
      Object.entries(identity).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  const { stdout } = await run('git', [...args], { cwd, env, maxBuffer: 64 << 20 });
  return stdout.trimEnd();
}
