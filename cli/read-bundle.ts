/** A bundle's file, read once: whether each line is as it was sealed, and a digest of each row for the comparison. */
import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FORMAT, type OpenedLine } from '../api/client/bundle.ts';
import { openLines } from './bundle-lines.ts';
import { nameOf, type Row } from './bundle-sections.ts';
import { usageFailure } from './exit.ts';

export interface Finding {
  readonly kind: 'altered' | 'lines missing' | 'out of place' | 'twice' | 'cut off' | 'unreadable' | Compared;
  /** Of the file, from 1; null for what is not in it. */
  readonly line: number | null;
  /** The row, as in "ledger shop.slugs.implement.1 3 1". */
  readonly row: string | null;
  readonly detail: string;
}

/** Found by comparing with the database and Temporal. */
type Compared = 'differs' | 'left out' | 'not found' | 'other seal';

export interface KeptRow {
  readonly line: number;
  readonly digest: string;
}

/** Keeps a hash of each row, not the row. */
export const digestOf = (row: Row): string => hash('sha256', JSON.stringify(row), 'base64').slice(0, 20);

export async function readBundle(file: string) {
  const findings: Finding[] = [];
  const rows = new Map<string, KeptRow>();
  let head: NonNullable<OpenedLine['head']> | undefined;
  let last: OpenedLine | undefined;
  let epic: Row | undefined;
  const counts: Record<string, number> = {};
  let [line, due] = [0, 1];
  // The seal of the line behind it cannot fit.
  let isBehindDamage = false;
  for await (const opened of openLines(bytesOf(file))) {
    line += 1;
    if ('text' in opened) {
      if (line === 1) throw notABundle(file);
      findings.push({ kind: 'unreadable', line, row: null, detail: 'it is no line of a bundle' });
      due += 1;
      isBehindDamage = true;
      continue;
    }
    const { n, section, row } = opened;
    if (line === 1) head = headOf(file, opened);
    const name = section === undefined || row === undefined ? undefined : nameOf(section, row);
    const problem = problemOf(opened, due, line, name);
    if (problem !== undefined && !(isBehindDamage && problem.kind === 'altered')) findings.push(problem);
    isBehindDamage = false;
    due = Math.max(due, n + 1);
    last = opened;
    if (name === undefined || row === undefined || section === undefined) {
      if (!isWithoutRow(opened)) findings.push({ kind: 'unreadable', line, row: null, detail: NO_ROW });
      continue;
    }
    const isCopy = rows.has(name) && problem?.kind === 'out of place';
    if (isCopy) continue;
    if (rows.has(name)) findings.push({ kind: 'twice', line, row: name, detail: 'the same row is there before' });
    else rows.set(name, { line, digest: digestOf(row) });
    counts[section] = (counts[section] ?? 0) + 1;
    if (section === 'epics') epic = row;
  }
  if (head === undefined) throw notABundle(file);
  findings.push(...endOf(last, counts, line, findings.length > 0));
  return { head, rows, findings, epic, seal: last?.seal ?? '', lines: line };
}

const NO_ROW = 'it has no row of a section that there is';

const isWithoutRow = ({ head, gone, end, failed, section }: OpenedLine): boolean =>
  section === undefined && [head, gone, end, failed].some((content) => content !== undefined);

const bytesOf = (file: string): AsyncIterable<Uint8Array> => createReadStream(file);

/** The rows of these lines. */
export async function readRows(file: string, wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, Row>> {
  const rows = new Map<number, Row>();
  let line = 0;
  for await (const opened of openLines(bytesOf(file))) {
    line += 1;
    if (wanted.has(line) && 'row' in opened && opened.row !== undefined) rows.set(line, opened.row);
  }
  return rows;
}

function headOf(file: string, { head }: OpenedLine): NonNullable<OpenedLine['head']> {
  if (head === undefined) throw notABundle(file);
  if (head.format === FORMAT) return head;
  throw usageFailure(
    `${file} has the format "${head.format}", and this factory writes and checks "${FORMAT}": check it with the factory that wrote it (${head.factory}), or export the epic again`,
  );
}

const notABundle = (file: string) => usageFailure(`${file} is no bundle of \`factory export\``);

/** A line is told once: what was done to the lines before it breaks its seal too. */
function problemOf({ n, isSealed }: OpenedLine, due: number, line: number, name?: string): Finding | undefined {
  const row = name ?? null;
  if (n < due) return { kind: 'out of place', line, row, detail: `it was line ${n}` };
  if (n > due) return { kind: 'lines missing', line, row, detail: `before it ${n - due} lines are missing` };
  if (!isSealed) return { kind: 'altered', line, row, detail: 'it is not as it was sealed' };
  return undefined;
}

/** The numbers of rows tell of what nothing else does: lines that somebody took out before sealing all again. */
function endOf(last: OpenedLine | undefined, counts: Counts, line: number, isDamaged: boolean): Finding[] {
  const { end } = last ?? {};
  if (end === undefined) return [{ kind: 'cut off', line, row: null, detail: 'the end of the bundle is missing' }];
  if (isDamaged) return [];
  const wrong = Object.keys({ ...counts, ...end }).filter((section) => (counts[section] ?? 0) !== (end[section] ?? 0));
  return wrong.map((section) => {
    const detail = `${section} has ${counts[section] ?? 0} rows, and its end says ${end[section] ?? 0}`;
    return { kind: 'lines missing', line, row: null, detail };
  });
}

type Counts = Readonly<Record<string, number>>;
