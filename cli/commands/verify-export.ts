/** `factory verify-export`: whether a bundle is as it was written, and as the database and Temporal have it. */
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { compareBundle } from '../compare-bundle.ts';
import { EXIT, usageFailure } from '../exit.ts';
import { type Finding, readBundle } from '../read-bundle.ts';
import { visible } from '../visible-text.ts';

export const verifyExportCommand = (io: Io): Command =>
  createCommand('verify-export')
    .argument('<file>')
    .option('--seal <hash>', 'the seal that `factory export` printed')
    .addHelpText(
      'after',
      `
Each line is compared with its seal, and each row with what the database and Temporal hold now, both ways: what was
altered, left out or made up in the bundle is named, and so is what was altered or removed there since. Rows that are
newer than the bundle, or have changed or gone as they may, are counted. Ends with 1 when anything is wrong.`,
    )
    .action(action(io, verify));

async function verify(context: Context, file: string, { seal }: { readonly seal?: string }): Promise<number> {
  await access(file).catch((error: Error) => {
    throw usageFailure(`${file} cannot be read: ${error.message}`);
  });
  const bundle = await readBundle(file);
  const { head, lines } = bundle;
  const { findings, ...compared } = await compareBundle(createApi(context), file, bundle).catch((error: unknown) => {
    // What the file alone shows is said all the same.
    if (!context.out.json) for (const finding of bundle.findings) context.out.line(visible(findingLine(finding)));
    throw error;
  });
  const all = [...bundle.findings, ...otherSeal(bundle.seal, seal), ...findings];
  const ok = all.length === 0;
  const { epicId, exportedAt } = head;
  context.out.result({ file, epicId, exportedAt, lines, ok, findings: all, ...compared }, () =>
    [
      `${file}: epic ${epicId} as of ${exportedAt}, ${lines} lines`,
      ...(ok ? [asItIs(compared.unchecked.length)] : all.map(findingLine)),
      ...(compared.newer === 0 ? [] : [`Written since: ${compared.newer} rows.`]),
      ...(compared.changed === 0 ? [] : [`Changed since, as they may: ${compared.changed} rows.`]),
      ...(compared.removed === 0 ? [] : [`Removed since, as they may be: ${compared.removed} rows.`]),
      ...compared.unchecked.map((run) => `Not compared: Temporal does not keep ${run} any more.`),
    ]
      .map(visible)
      .join('\n'),
  );
  return ok ? EXIT.ok : EXIT.failed;
}

function asItIs(unchecked: number): string {
  const whole = 'It is as it was sealed, and as the database';
  if (unchecked === 0) return `${whole} and Temporal have it.`;
  return `${whole} has it; the events of ${unchecked} ${unchecked === 1 ? 'run' : 'runs'} were not compared.`;
}

function otherSeal(found: string, given: string | undefined): Finding[] {
  if (given === undefined || given === found) return [];
  return [{ kind: 'other seal', line: null, row: null, detail: `it ends with the seal ${found}` }];
}

function findingLine({ kind, line, row, detail }: Finding): string {
  const where = [...(line === null ? [] : [`line ${line}`]), ...(row === null ? [] : [row])];
  return [`${kind}:`, ...where, `(${detail})`].join(' ');
}
