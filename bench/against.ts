/** Measures this build and, where one is named, another one that it is compared with. */
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Build, thisBuild, withBuild } from './build.ts';
import { beside, type Figure } from './figure.ts';
import { requireProc } from './proc.ts';
import type { BenchStackOptions } from './stack.ts';

export interface Comparison {
  /** The commit to compare with. */
  readonly against: string | undefined;
  readonly signal: AbortSignal;
}

/** Each with a folder of its own for its stack. The other build is absent when none was named. */
export interface Builds {
  readonly folder: string;
  readonly now: BenchStackOptions;
  readonly before?: BenchStackOptions;
}

export async function withBuilds<T>({ against, signal }: Comparison, work: (builds: Builds) => Promise<T>): Promise<T> {
  requireProc();
  // The real path, because the processes of a stack are found by it; short, because sockets are in it.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  // Started by root, PostgreSQL runs as another user, who must reach the other build's programs.
  await chmod(folder, 0o711);
  const of = (name: string, build: Build) => ({ build, folder: join(folder, name), signal });
  try {
    const now = of('now', await thisBuild());
    if (against === undefined) return await work({ folder, now });
    return await withBuild({ ref: against, checkout: join(folder, 'build'), signal }, (build) =>
      work({ folder, now, before: of('before', build) }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One after the other, so that neither has to share the machine. */
export const measureEach = (
  comparison: Comparison,
  measure: (options: BenchStackOptions) => Promise<Figure[]>,
): Promise<Figure[]> =>
  withBuilds(comparison, async ({ now, before }) => {
    const former = before === undefined ? [] : await measure(before);
    return beside(await measure(now), former);
  });
