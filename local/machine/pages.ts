/** The dashboard's pages: built from web/ when they are missing or older than their source. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_DIR } from '../../config/files.ts';
import { exec } from '../../exec.ts';
import { type Finding, found } from '../programs/finding.ts';

const PART = 'Dashboard';
const FOLDER = path.join(PROJECT_DIR, 'dist', 'web');
/** What the pages are made of; the lock file says which libraries. */
const SOURCES = ['web/**/*', 'api/client/*', 'package-lock.json'];
const MARK = path.join(FOLDER, 'source.txt');

/** Builds once per state of the source, in a few seconds; two at once write the same files. */
export async function ensurePages(): Promise<Finding> {
  const source = sourceHash();
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === source) return found(PART, 'built, in dist/web');
  if (!existsSync(path.join(PROJECT_DIR, 'node_modules', 'vite'))) {
    // An image brings the pages along, and not what builds them.
    return existsSync(FOLDER)
      ? found(PART, 'in dist/web')
      : broken('missing', 'What builds it is not installed.', 'npm ci');
  }
  const began = performance.now();
  const built = await exec({ file: process.execPath, args: ['web/build.ts'], cwd: PROJECT_DIR, idleMs: 120_000 });
  if (built.exitCode !== 0)
    return broken('not usable', `${built.stderr}${built.stdout}`.trim().slice(-2_000), 'node web/build.ts');
  writeFileSync(MARK, source);
  return found(PART, `built in ${((performance.now() - began) / 1_000).toFixed(0)} s, in dist/web`);
}

/** The factory works without its pages. */
const broken = (why: 'missing' | 'not usable', detail: string, remedy: string): Finding => ({
  ...{ ok: false, part: PART, why, detail, remedy, required: false },
});

function sourceHash(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: PROJECT_DIR, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(path.relative(PROJECT_DIR, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
