/** The workflows as one script in a file, so that a worker process that is killed a hundred times starts at once. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflows } from '../../worker/bundle.ts';

export async function writeBundle(folder: string): Promise<string> {
  const file = join(folder, 'workflows.js');
  await writeFile(file, (await bundleWorkflows()).code);
  return file;
}
