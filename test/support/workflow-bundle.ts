/** Scripts of workflows as tests run them, made once for all files of a run and for the next run too. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { absolute } from '../../config/files.ts';

const CACHE = absolute('node_modules/.cache/factoryfactory/test');

export interface BundleOptions {
  /** Modules around the workflows; workers and replays that use the script need not name them. */
  readonly interceptors?: readonly string[];
}

/** The product's workflows, whose script is at this path, without their source map. */
export function lightBundle(codePath: string): string {
  const light = join(CACHE, basename(codePath));
  if (!existsSync(light)) keep(light, withoutMappings(readFileSync(codePath, 'utf8')));
  return light;
}

/** A test's own, for the workers and the replays of a file, as often as it wants. Paths start in the checkout. */
export async function bundleTestWorkflows(
  path: string,
  { interceptors = [] }: BundleOptions = {},
): Promise<{ readonly codePath: string }> {
  const [workflowsPath = '', ...modules] = [path, ...interceptors].map(absolute);
  const codePath = join(CACHE, `${hashOfSources([path, ...interceptors])}.js`);
  if (existsSync(codePath)) return { codePath };
  const quiet = () => {};
  const { code } = await bundleWorkflowCode({
    ...{ workflowsPath, workflowInterceptorModules: modules },
    logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: console.error, log: quiet },
  });
  keep(codePath, withoutMappings(code));
  return { codePath };
}

const MAP = '//# sourceMappingURL=data:';

/**
 * The map is a third of a script, and every Worker and every replay reads it. Without it a stack still names functions.
 * The SDK wants one, so it is empty.
 */
function withoutMappings(code: string): string {
  const map = JSON.stringify({ version: 3, sources: [], names: [], mappings: '' });
  return `${code.slice(0, code.lastIndexOf(MAP))}${MAP}application/json;base64,${Buffer.from(map).toString('base64')}`;
}

/** The file is whole whenever it is there. */
function keep(codePath: string, code: string): void {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${codePath}.${randomUUID()}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, codePath);
}

/** Whatever such a script may hold: the product's workflows, those of the tests, and the versions of what they import. */
function hashOfSources(entries: readonly string[]): string {
  const hash = createHash('sha256')
    .update(['light', ...entries].join('\0'))
    .update(readFileSync(absolute('package-lock.json')));
  const root = absolute('.');
  const sources = globSync(['workflows/**/*.ts', 'test/**/*-workflows.ts'], { cwd: root });
  for (const file of sources.toSorted()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}
