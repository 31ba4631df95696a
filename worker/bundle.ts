/**
 * The workflows as one script: made once for each state of their sources and kept in a file, so that a worker process
 * that starts again is soon at work.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

const PROJECT = path.join(import.meta.dirname, '..');
const CACHE = path.join(PROJECT, 'node_modules', '.cache', 'factoryfactory');

/** Bundled with the workflows; what comes ahead of its task is refused before anything else looks at it. */
export const INTERCEPTORS = ['refuse-early-events.ts', 'history.ts', 'carried-records.ts'].map((name) =>
  path.join(PROJECT, 'workflows', name),
);

/** Processes that start at the same time may each make it; the file is whole whenever it is there. */
export async function bundleWorkflows(): Promise<{ readonly codePath: string }> {
  const name = `workflows-${await hashOfSources()}.js`;
  const codePath = path.join(CACHE, name);
  if (existsSync(codePath)) return { codePath };
  const code = await bundle();
  return { codePath: await keep(code, codePath).catch(() => keep(code, path.join(tmpdir(), randomUUID(), name))) };
}

/** All that decides what the script is: our own sources, and the versions of what they import. */
async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(path.join(PROJECT, 'package-lock.json')));
  const files = globSync('workflows/**/*.ts', { cwd: PROJECT }).toSorted();
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(path.join(PROJECT, file)));
  return hash.digest('hex').slice(0, 16);
}

async function bundle(): Promise<string> {
  const quiet = () => {};
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(PROJECT, 'workflows', 'index.ts'),
    workflowInterceptorModules: INTERCEPTORS,
    // It keeps nothing of a workflow, and to run it again for each one took a sixth of a worker process's CPU time.
    preloadModules: [path.join(PROJECT, 'workflows', 'preload.ts')],
    logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: console.error, log: quiet },
  });
  return withoutSources(code);
}

/** Their texts are half of the script, which each thread keeps; stacks need no more than the places in them. */
function withoutSources(code: string): string {
  const start = code.indexOf('base64,', code.lastIndexOf('//# sourceMappingURL=data:')) + 'base64,'.length;
  const map = JSON.parse(Buffer.from(code.slice(start), 'base64').toString()) as Record<string, unknown>;
  delete map.sourcesContent;
  return code.slice(0, start) + Buffer.from(JSON.stringify(map)).toString('base64');
}

async function keep(code: string, codePath: string): Promise<string> {
  await mkdir(path.dirname(codePath), { recursive: true });
  const written = `${codePath}.${randomUUID()}`;
  await writeFile(written, code);
  await rename(written, codePath);
  return codePath;
}

if (import.meta.main) console.log(`The workflows are bundled: ${(await bundleWorkflows()).codePath}`);
