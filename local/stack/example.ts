/** The example as a bare repository in STATE_DIR, for those who have named no repository of their own. */
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../../config/config.ts';
import { PROJECT_DIR } from '../../config/files.ts';
import { exec } from '../../exec.ts';

/** Makes it if it is not there; returns whether it did. Its one commit is the same on every machine. */
export async function ensureExample(target: string): Promise<boolean> {
  if (existsSync(path.join(target, 'HEAD'))) return false;
  const [source] = globSync('examples/*/repository', { cwd: PROJECT_DIR }).sort();
  if (source === undefined) throw new Error('There is no example in examples/: set GIT_BASE_REPO_PATH.');
  // Made beside its place and moved when it is whole, so that a kill leaves no half.
  const draft = `${target}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(path.dirname(target), { recursive: true });
  const git = gitIn(draft, path.join(PROJECT_DIR, source));
  await git('init', '--quiet', '--bare', '--initial-branch=main', draft);
  await git('add', '--all', '--force', '.');
  const tree = await git('write-tree');
  const commit = await git('commit-tree', tree, '-m', 'Start the example');
  await git('update-ref', 'refs/heads/main', commit);
  rmSync(path.join(draft, 'index'), { force: true });
  renameSync(draft, target);
  return true;
}

/** git with nobody's own settings, on explicit folders. */
function gitIn(gitDir: string, workTree: string) {
  const env = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'FactoryFactory',
    GIT_AUTHOR_EMAIL: 'factory@localhost',
    GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
    GIT_COMMITTER_NAME: 'FactoryFactory',
    GIT_COMMITTER_EMAIL: 'factory@localhost',
    GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  };
  return async (...args: string[]): Promise<string> => {
    const folders = args[0] === 'init' ? {} : { GIT_DIR: gitDir, GIT_WORK_TREE: workTree };
    const cwd = args[0] === 'init' ? path.dirname(gitDir) : workTree;
    const result = await exec({ file: 'git', args, cwd, env: { ...env, ...folders }, timeoutMs: 60_000 });
    if (result.exitCode !== 0) throw new Error(`git ${args[0]} for the example failed: ${result.stderr.trim()}`);
    return result.stdout.trim();
  };
}

// For containers, which have no launcher.
if (import.meta.main) {
  const target = loadConfig().repositories.example?.path;
  if (target !== undefined && (await ensureExample(target))) console.log(`Made ${target}`);
}
