/**
 * Epics of one task that all go to one base branch: how often they are verified until every one is merged. A check of 20 s
 * is long enough that epics which do not wait for each other overtake each other; from 30 s on they are verified together.
 */
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { EpicInput } from '../workflows/contract/epic.ts';
import { epicStartOptions } from '../workflows/contract/start-options.ts';
import { createSource, withFactory } from './factory.ts';
import type { Figure } from './figure.ts';

export async function measureLane(
  signal: AbortSignal,
  { epics, checkSeconds }: { readonly epics: number; readonly checkSeconds: number },
): Promise<Figure[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  try {
    const verified = join(folder, 'verified');
    const source = await createSource(folder, `echo once >> ${verified}; sleep ${checkSeconds}`);
    const variables = { MAX_EPICS: String(epics), HOST_CAPACITY: String(Math.min(200, epics + 10)) };
    const { merged, seconds } = await withFactory({ folder, source, signal, variables }, (client) =>
      mergeAll(client, epics),
    );
    const verifications = (await readFile(verified, 'utf8')).split('\n').length - 1;
    return [
      { name: `of ${epics} one-task epics to one branch, not merged`, value: epics - merged, unit: '', goal: 0 },
      { name: `verifications of ${checkSeconds} s until then`, value: verifications, unit: '' },
      { name: 'until all were merged', value: seconds, unit: 's' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function mergeAll(client: Client, epics: number): Promise<{ merged: number; seconds: number }> {
  const began = performance.now();
  const ends = await Promise.allSettled(
    Array.from({ length: epics }, (_, index) => {
      const key = `part-${index + 1}`;
      const input: Partial<EpicInput> = {
        title: `Bring ${key}`,
        tasks: [{ key, title: key, description: '', acceptance: [], dependsOn: [] }],
      };
      return client.workflow.execute('epicWorkflow', { ...epicStartOptions(key, input.title ?? key), args: [input] });
    }),
  );
  const merged = ends.filter(({ status }) => status === 'fulfilled').length;
  return { merged, seconds: (performance.now() - began) / 1_000 };
}
