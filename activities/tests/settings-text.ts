/** Settings out of files of the usual forms, as names and values: INI and TOML tables, XML elements, blocks in braces. Pure. */
import { oneLine } from '../../workflows/contract/short-text.ts';

export interface Settings {
  readonly values: ReadonlyMap<string, string>;
  /** The section, script or target that a value is a part of; a value of the file itself has none. */
  readonly partOf: ReadonlyMap<string, string>;
  /** Those that are there, with wanted values or without. */
  readonly parts: ReadonlySet<string>;
}

/** Each key of these is a script of its own. */
const SCRIPTS = /(?:^|\.)(?:scripts|tasks|cmd)$|^aliases$/;

/** `[section]` and `key = value`; a value goes on in lines that are indented, or until its brackets are closed. */
export function readSections(text: string, wanted: (section: string, key: string) => boolean): Settings {
  // In pieces, so that a list of very many lines takes no longer than its length.
  const values = new Map<string, string[]>();
  const partOf = new Map<string, string>();
  const parts = new Set<string>();
  const counts = new Map<string, number>();
  const lines = text.split('\n');
  let [table, section] = ['', ''];
  let key: string | undefined;
  let depth = 0;
  const add = (name: string, value: string, part: string) => {
    values.set(name, [value]);
    depth = depthOf(value);
    partOf.set(name, part);
  };
  for (const [index, line] of lines.entries()) {
    const head = /^\[+\s*([^\]\n]+?)\s*\]+\s*(?:#.*)?$/.exec(line);
    if (/^\s*[#;]/.test(line)) continue;
    if (head !== null) {
      table = head[1] ?? '';
      section = line.startsWith('[[') ? entryOf(table, { lines, from: index + 1, counts, parts }) : table;
      parts.add(section);
      key = undefined;
      if (section !== table && wanted(table, '')) add(section, 'a table', section);
      continue;
    }
    const pair = /^([\w."'-][\w."' -]*?)\s*[=:]\s*(.*)$/.exec(line);
    const isOpen = key !== undefined && depth > 0;
    if (pair !== null && !isOpen) {
      key = wanted(table, pair[1] ?? '') ? `${section}.${pair[1]}` : undefined;
      if (key !== undefined) add(key, pair[2] ?? '', SCRIPTS.test(section) ? key : section);
    } else if (key !== undefined && (isOpen || /^\s/.test(line))) {
      values.get(key)?.push(line);
      depth += depthOf(line);
    }
  }
  return { values: new Map([...values].map(([name, pieces]) => [name, oneLine(pieces.join(' '))])), partOf, parts };
}

interface Entries {
  readonly lines: readonly string[];
  readonly from: number;
  readonly counts: Map<string, number>;
  readonly parts: ReadonlySet<string>;
}

/** An entry of a list of tables, by its name, so that one more before it changes nothing; else by its place. */
function entryOf(table: string, { lines, from, counts, parts }: Entries): string {
  const count = (counts.get(table) ?? 0) + 1;
  counts.set(table, count);
  for (let at = from; at < lines.length && lines[at]?.startsWith('[') !== true; at += 1) {
    const name = /^name\s*=\s*["']([^"']+)/.exec(lines[at] ?? '')?.[1];
    if (name !== undefined && !parts.has(`${table} ${name}`)) return `${table} ${name}`;
  }
  return `${table} (${count})`;
}

const depthOf = (text: string): number => (text.match(/[[{]/g)?.length ?? 0) - (text.match(/[\]}]/g)?.length ?? 0);

/** The leaves of JSON, with comments and trailing commas left out. Nothing of what is no JSON. */
export function readLeaves(
  text: string,
  wanted: (path: string) => boolean,
  partAt: (path: string) => string = (path) => path.replace(/\..*/, ''),
): Settings {
  const values = new Map<string, string>();
  const parts = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    parts.add(path);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`);
    } else if (wanted(path)) values.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  };
  try {
    visit(JSON.parse(text.replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*[}\]])/g, '$1')), '');
  } catch {
    return { values: new Map([['(not JSON)', oneLine(text).slice(0, 200)]]), partOf: new Map(), parts };
  }
  return { values, partOf: new Map([...values.keys()].map((path) => [path, partAt(path)])), parts };
}

/** Elements of XML that hold text, by name; those of the same name one after the other. */
export function readElements(text: string, names: RegExp): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { 1: name = '', 2: value = '' } of text.matchAll(/<([\w.:-]+)(?:\s[^<>]*)?>([^<>]*)<\/\1>/g)) {
    if (names.test(name)) found.set(name, [...(found.has(name) ? [found.get(name)] : []), oneLine(value)].join(', '));
  }
  return found;
}

/** Lines of the blocks in braces (or deeper indentation) that begin with a pattern, and single lines that fit `lines`. */
export function readBlocks(
  text: string,
  { heads, lines }: { readonly heads?: RegExp; readonly lines?: RegExp },
): Settings {
  const values = new Map<string, string>();
  const partOf = new Map<string, string>();
  const parts = new Set<string>();
  const all = text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)(?:\/\/|#(?!\[)).*$/, ''));
  let indent: number | undefined;
  let head = '';
  let depth = 0;
  for (const line of all) {
    if (line.trim() === '') continue;
    const own = line.length - line.trimStart().length;
    if (indent !== undefined && own <= indent && depth <= 0 && !/^\s*[{})\]]/.test(line)) indent = undefined;
    const isHead = indent === undefined && heads?.test(line) === true;
    if (isHead) {
      indent = own;
      head = oneLine(line).replace(/\s*[{(:=]?\s*$/, '');
      depth = 0;
      parts.add(head);
    }
    if (indent !== undefined) depth += (line.match(/[{(]/g)?.length ?? 0) - (line.match(/[})]/g)?.length ?? 0);
    const shown = oneLine(line);
    if ((indent !== undefined || lines?.test(line) === true) && /\w/.test(shown)) {
      const name = (indent === undefined || isHead ? shown : `${head}: ${shown}`).slice(0, 160);
      values.set(name, '');
      if (indent !== undefined) partOf.set(name, head);
    }
  }
  return { values, partOf, parts };
}
