/** What preparing a task's worktree costs beside a plain `git worktree add`, in a repository of many files and one of many commits. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { openMirror } from '../activities/forge/mirror.ts';
import { createWorktreeActivities } from '../activities/worktree/worktree.ts';
import { mirrorPath } from '../clients/git/names.ts';
import { type Figure, median } from './figure.ts';

const run = promisify(execFile);

const ROUNDS = 3;
const FILES = 50_000;
const COMMITS = 20_000;

export async function measureGit(signal: AbortSignal): Promise<Figure[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  try {
    const files = await measure(join(folder, 'files'), manyFiles(), signal);
    const commits = await measure(join(folder, 'commits'), manyCommits(), signal);
    return [
      { name: `worktree of ${FILES} files against git worktree add`, value: files, unit: '×', goal: 3 },
      { name: `worktree after ${COMMITS} commits against git worktree add`, value: commits, unit: '×', goal: 3 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The median of both, each round one after the other, so that a busy machine slows both. */
async function measure(folder: string, history: Iterable<string>, signal: AbortSignal): Promise<number> {
  const source = join(folder, 'source.git');
  await importHistory(source, history);
  const stateDir = join(folder, 'state');
  const mirror = mirrorPath(stateDir, 'bench');
  await openMirror(mirror, { path: source });
  const { prepareWorktree } = createWorktreeActivities({ stateDir, host: 'bench', remoteOf: () => mirror });
  const prepare = (taskKey: string) =>
    new MockActivityEnvironment().run(prepareWorktree, {
      ...{ epicId: 'bench', taskKey, repository: 'bench', targetBranch: 'main' },
      placement: { host: 'bench', epoch: 1 },
    });
  // The first makes the host's clone, as the first task of a repository does.
  await prepare('first');
  const [ours, plain]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    signal.throwIfAborted();
    ours.push(await seconds(() => prepare(`round-${round}`)));
    const worktree = join(folder, `plain-${round}`);
    plain.push(
      await seconds(() => run('git', ['worktree', 'add', '-q', '-b', `b${round}`, worktree, 'main'], { cwd: source })),
    );
  }
  return median(ours) / median(plain);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

async function importHistory(repository: string, history: Iterable<string>): Promise<void> {
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  const git = spawn('git', ['fast-import', '--quiet'], { cwd: repository, stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => git.once('exit', resolve));
  for (const part of history)
    if (!git.stdin.write(part)) await new Promise((resolve) => git.stdin.once('drain', resolve));
  git.stdin.end();
  await Promise.all([finished(git.stdin), ended]);
}

const commit = (number: number) =>
  `commit refs/heads/main\ncommitter Bench <bench@localhost> ${1_700_000_000 + number} +0000\ndata 1\nx\n`;
const file = (path: string, text: string) => `M 644 inline ${path}\ndata ${text.length}\n${text}\n`;

function* manyFiles(): Generator<string> {
  yield commit(0);
  for (let i = 0; i < FILES; i++)
    yield file(`src/${i % 100}/${i % 1_000}/file-${i}.ts`, `export const value = ${i};\n`);
}

function* manyCommits(): Generator<string> {
  for (let i = 0; i < COMMITS; i++) yield commit(i) + file(`src/file-${i % 200}.ts`, `export const value = ${i};\n`);
}
