/** `factory export`: everything that is recorded of an epic, into one file. */
import type { FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { openLines } from '../bundle-lines.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { requireNew, writeNew } from '../new-file.ts';
import { brokenOff, readExport } from '../read-export.ts';

export const exportCommand = (io: Io): Command =>
  createCommand('export')
    .argument('<epic>')
    .option('-o, --out <file>', 'a new file; <epic>.export.jsonl in this folder unless given')
    .addHelpText(
      'after',
      `
The file has a line of JSON for each row that is recorded of the epic (plan, decisions, people's messages and answers,
evidence, cost) and for each event of its workflows in Temporal. Transcripts are in it by SHA-256, but the events quote
agents in plain text: plans, summaries and reviews that they submitted, first lines of commands. What looks like a secret
is taken out. Each line is sealed with all before it: keep the last seal elsewhere, and the file cannot be exchanged for
another.

Example:
  factory export shop-checkout --out shop.jsonl && factory verify-export shop.jsonl`,
    )
    .action(action(io, exportEpic));

async function exportEpic(context: Context, id: string, options: { readonly out?: string }): Promise<number> {
  const { out } = context;
  const file = options.out ?? `${id}.export.jsonl`;
  const wanted = { file, option: '--out' };
  await requireNew(wanted);
  const bytes = await readExport(createApi(context), id);
  const { sections, seal } = await writeNew(wanted, (handle) => copy(bytes, handle));
  const rows = Object.values(sections).reduce((sum, count) => sum + count, 0);
  out.result(
    { epicId: id, file, rows, sections, seal },
    `${rows} rows of ${id} are in ${file}\nIts seal: ${seal}\nCheck it: bin/factory verify-export ${file}`,
  );
  return EXIT.ok;
}

/** Returns what the last line says. */
async function copy(bytes: AsyncIterable<Uint8Array>, to: FileHandle) {
  let [sections, seal]: [Readonly<Record<string, number>>?, string?] = [];
  for await (const line of openLines(written(bytes, to))) {
    if ('text' in line || !line.isSealed) throw brokenOff('a line came damaged');
    if (line.failed !== undefined) throw brokenOff(line.failed);
    [sections, seal] = [line.end, line.seal];
  }
  if (sections === undefined || seal === undefined) throw brokenOff('its end is missing');
  return { sections, seal };
}

async function* written(bytes: AsyncIterable<Uint8Array>, to: FileHandle): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    await to.appendFile(chunk);
    yield chunk;
  }
}
