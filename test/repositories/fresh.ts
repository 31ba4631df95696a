/** What anybody would do who does not believe the evidence: set-up and checks of factory.yaml in a fresh clone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { exec } from '../../exec.ts';

interface Policy {
  readonly setup?: string | { readonly run: string };
  readonly verify?: string | readonly { readonly name: string; readonly command: string }[];
}

/** Returns what is red. */
export async function verifyFresh(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'factory.yaml'), 'utf8').catch(() => '');
  const { setup, verify = [] } = (parse(text) ?? {}) as Policy;
  const run = typeof setup === 'string' ? setup : setup?.run;
  const checks = typeof verify === 'string' ? [verify] : verify.map(({ command }) => command);
  const problems: string[] = [];
  for (const command of [...(run === undefined ? [] : [run]), ...checks]) {
    const options = { file: 'sh', args: ['-c', command], cwd: folder, timeoutMs: 120_000 };
    const { exitCode, stdout, stderr } = await exec(options);
    if (exitCode !== 0)
      problems.push(`in a fresh clone of the base \`${command}\` ends with ${exitCode}: ${stdout}${stderr}`);
  }
  return problems;
}
