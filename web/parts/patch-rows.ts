/** The rows in which a patch is drawn: each as high as any other, so that it is known without drawing where a row is. Pure. */
import { PATCH_START, type PatchLine, type PatchPosition, readPatch } from './patch.ts';
import { breakLine, visibleText } from './visible-text.ts';

/** A line, or the part of it that fits into a row; side by side, what was and what is. */
export type Row = PatchLine | readonly [PatchLine | undefined, PatchLine | undefined];

export interface Shape {
  readonly isSplit: boolean;
  /** Characters that fit into a cell, and into one that is as wide as the page. */
  readonly columns: number;
  readonly wideColumns: number;
  /** Comments stand in the half of what is, where there is room, and in rows that are as wide as the page elsewhere. */
  readonly comments: { readonly isBeside: boolean; readonly columns: number };
}

export function rowsOf(lines: readonly PatchLine[], shape: Shape): Row[] {
  if (!shape.isSplit) return lines.flatMap((line) => partsOf(line, shape.wideColumns));
  const rows: Row[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as PatchLine;
    if (line.kind === 'hunk' || line.kind === 'note') {
      rows.push(...partsOf(line, shape.wideColumns));
      at += 1;
    } else if (line.kind === 'context') {
      rows.push(...beside([line], [line], shape.columns));
      at += 1;
    } else {
      const removed = run(lines, at, 'removed');
      const added = run(lines, at + removed.length, 'added');
      rows.push(...beside(removed, added, shape.columns));
      at += removed.length + added.length;
    }
  }
  return rows;
}

function run(lines: readonly PatchLine[], from: number, kind: PatchLine['kind']): readonly PatchLine[] {
  let end = from;
  while (lines[end]?.kind === kind) end += 1;
  return lines.slice(from, end);
}

function beside(left: readonly PatchLine[], right: readonly PatchLine[], columns: number): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [before, after] = [partsOf(left[at], columns), partsOf(right[at], columns)];
    for (let part = 0; part < Math.max(before.length, after.length); part += 1) rows.push([before[part], after[part]]);
  }
  return rows;
}

/** The line itself where it fits: there may be a million of them. */
function partsOf(line: PatchLine | undefined, columns: number): PatchLine[] {
  if (line === undefined) return [];
  const [first = '', ...more] = breakLine(visibleText(line.text), columns);
  return [
    first === line.text ? line : { ...line, text: first },
    ...more.map((text) => ({ kind: line.kind, text, isContinued: true as const })),
  ];
}

interface Known {
  readonly piece: string;
  readonly isLast: boolean;
  readonly rows: readonly Row[];
  readonly position: PatchPosition;
}

/** Rows of a patch that comes in pieces. Keeps those of the pieces before, so that each piece is read once a shape. */
export function createPatchRows() {
  let kept = '';
  let known: Known[] = [];
  let all: readonly Row[] = [];

  return function read(pieces: readonly string[], isWhole: boolean, shape: Shape): readonly Row[] {
    const name = JSON.stringify(shape);
    if (name !== kept) known = [];
    kept = name;
    const valid = pieces.findIndex((piece, at) => {
      const one = known[at];
      return one === undefined || one.piece !== piece || one.isLast !== (isWhole && at === pieces.length - 1);
    });
    if (valid === -1 && known.length === pieces.length) return all;
    known = known.slice(0, valid === -1 ? pieces.length : valid);
    for (const piece of pieces.slice(known.length)) {
      const isLast = isWhole && known.length === pieces.length - 1;
      const { lines, position } = readPatch(piece, known.at(-1)?.position ?? PATCH_START, isLast);
      known.push({ piece, isLast, rows: rowsOf(lines, shape), position });
    }
    all = known.length === 1 ? (known[0]?.rows ?? []) : known.flatMap(({ rows }) => rows);
    return all;
  };
}
