/** A generated table between two marks of a document. */
import { readFileSync, writeFileSync } from 'node:fs';
import { absolute } from '../config/files.ts';

export interface TableOptions {
  readonly file: string;
  /** The script that writes it, which the mark names. */
  readonly script: string;
  readonly table: string;
  /** Fails when the document holds another table, and writes nothing. */
  readonly verify: boolean;
}

export function writeTable({ file, script, table, verify }: TableOptions): void {
  const [begin, end] = [`<!-- table: node scripts/${script} -->`, '<!-- end of table -->'];
  const text = readFileSync(absolute(file), 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end).slice(1).join(end);
  if (before === undefined || !rest?.includes(end)) throw new Error(`${file} has lost the marks of its table`);
  const written = `${before}${begin}\n${table}\n${end}${after}`;
  if (!verify) writeFileSync(absolute(file), written);
  else if (written !== text) throw new Error('The list that the table is made of is another one');
}
