/** Temporary folders and git repositories for tests; git is called as a person would call it. */
import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
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

interface RepositoryOptions {
  readonly files?: Files;
  readonly branch?: string;
  readonly bare?: boolean;
}

/** A repository with one commit of `files` on `branch`, checked out; a bare one is a clone of something that is gone. */
export async function createRepository({
  files = { 'README.md': '# Example\n' },
  branch = 'main',
  bare = false,
}: RepositoryOptions = {}): Promise<Repository> {
  const [template, folder] = await Promise.all([templateOf({ files, branch, bare }), createFolder('repository')]);
  const path = bare ? join(folder.path, 'repository.git') : folder.path;
  cpSync(template, bare ? path : join(path, '.git'), { recursive: true });
  const repository = repositoryAt(path, folder.remove);
  if (bare) await repository.git('config', 'remote.origin.url', join(folder.path, 'gone'));
  else await repository.git('reset', '--quiet', '--hard');
  return repository;
}

/** Git folders that are copied instead of being made again. */
const templates = new Map<string, Promise<string>>();

function templateOf(options: Required<RepositoryOptions>): Promise<string> {
  const key = JSON.stringify(options);
  const known = templates.get(key) ?? makeTemplate(options);
  templates.set(key, known);
  return known;
}

const templateFolders: string[] = [];
process.once('exit', () => {
  for (const path of templateFolders) rmSync(path, { recursive: true, force: true });
});

async function makeTemplate({ files, branch, bare }: Required<RepositoryOptions>): Promise<string> {
  const { path } = await createFolder('template');
  templateFolders.push(path);
  await gitIn(path, ['init', '--quiet', '--initial-branch', branch, ...(bare ? ['--bare'] : [])]);
  const gitDir = bare ? path : join(path, '.git');
  // Its samples are most of the files.
  await rm(join(gitDir, 'hooks'), { recursive: true });
  await mkdir(join(gitDir, 'hooks'));
  await importCommit(path, { branch, files, message: 'Begin' });
  return gitDir;
}

interface ImportedCommit {
  readonly branch: string;
  /** The branch whose last commit is its parent; none makes a first commit. */
  readonly from?: string;
  readonly files: Files;
  readonly message: string;
}

/** Commits to a branch that is not checked out, in one process; returns the commit. */
export function importCommit(path: string, { branch, from, files, message }: ImportedCommit): Promise<string> {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const changes = Object.entries(files).map(([name, file]) =>
    typeof file === 'string'
      ? `M 100644 inline ${quoted(name)}\n${data(file)}`
      : `M 100755 inline ${quoted(name)}\n${data(file.content)}`,
  );
  const lines = [
    `commit refs/heads/${branch}\nmark :1\ncommitter Test <test@example.com> now\n`,
    data(`${message}\n`),
    ...(from === undefined ? [] : [`from refs/heads/${from}^0\n`]),
    ...changes,
    'get-mark :1\n',
  ];
  return gitIn(path, ['fast-import', '--quiet', '--date-format=now'], lines.join(''));
}

/** As git's import reads a name that has quotes, backslashes or line ends. */
const quoted = (name: string): string =>
  `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

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
async function gitIn(cwd: string, args: readonly string[], input?: string): Promise<string> {
  const identity = { NAME: 'Test', EMAIL: 'test@example.com' };
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    // Nothing lives long enough to be packed, and looking costs a process each time.
    ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'maintenance.auto', GIT_CONFIG_VALUE_0: 'false' },
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...Object.fromEntries(
      Object.entries(identity).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  const running = run('git', [...args], { cwd, env, maxBuffer: 64 << 20 });
  if (input !== undefined) running.child.stdin?.end(input);
  const { stdout } = await running;
  return stdout.trimEnd();
}
