/** Settings out of files of the usual forms, as names and values: INI and TOML tables, XML elements, blocks in braces. Pure. */

export type Settings = ReadonlyMap<string, string>;

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** `[section]` and `key = value`; a value goes on in lines that are indented, or until its brackets are closed. */
export function readSections(text: string, wanted: (section: string, key: string) => boolean): Settings {
  const found = new Map<string, string>();
  const counts = new Map<string, number>();
  let section = '';
  let key: string | undefined;
  for (const line of text.split('\n')) {
    const head = /^\[+\s*([^\]\n]+?)\s*\]+\s*(?:#.*)?$/.exec(line);
    if (/^\s*[#;]/.test(line)) continue;
    if (head !== null) {
      const isList = line.startsWith('[[');
      const count = (counts.get(head[1] ?? '') ?? 0) + 1;
      counts.set(head[1] ?? '', count);
      section = `${head[1]}${isList && count > 1 ? ` (${count})` : ''}`;
      key = undefined;
      if (isList && wanted(head[1] ?? '', '')) found.set(section, 'a table');
      continue;
    }
    const pair = /^([\w."'-][\w."' -]*?)\s*[=:]\s*(.*)$/.exec(line);
    const isOpen = key !== undefined && depthOf(found.get(key) ?? '') > 0;
    if (pair !== null && !isOpen) {
      key = wanted(section.replace(/ \(\d+\)$/, ''), pair[1] ?? '') ? `${section}.${pair[1]}` : undefined;
      if (key !== undefined) found.set(key, flat(pair[2] ?? ''));
    } else if (key !== undefined && (isOpen || /^\s/.test(line))) found.set(key, flat(`${found.get(key)} ${line}`));
  }
  return found;
}

const depthOf = (text: string): number => (text.match(/[[{]/g)?.length ?? 0) - (text.match(/[\]}]/g)?.length ?? 0);

/** The leaves of JSON, with comments and trailing commas left out. Nothing of what is no JSON. */
export function readLeaves(text: string, wanted: (path: string) => boolean): Settings {
  const found = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`);
    } else if (wanted(path)) found.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  };
  try {
    visit(JSON.parse(text.replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*[}\]])/g, '$1')), '');
  } catch {
    return new Map([['(not JSON)', flat(text).slice(0, 200)]]);
  }
  return found;
}

/** Elements of XML that hold text, by name; those of the same name one after the other. */
export function readElements(text: string, names: RegExp): Settings {
  const found = new Map<string, string>();
  const bare = text.replaceAll(/<!--[\s\S]*?-->/g, '');
  for (const { 1: name = '', 2: value = '' } of bare.matchAll(/<([\w.:-]+)[^<>/]*>([^<>]*)<\/\1>/g)) {
    if (names.test(name)) found.set(name, [...(found.has(name) ? [found.get(name)] : []), flat(value)].join(', '));
  }
  return found;
}

/** Lines of the blocks in braces (or deeper indentation) that begin with a pattern, and single lines that fit `lines`. */
export function readBlocks(
  text: string,
  { heads, lines }: { readonly heads?: RegExp; readonly lines?: RegExp },
): Settings {
  const found = new Map<string, string>();
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
      head = flat(line).replace(/\s*[{(:=]?\s*$/, '');
      depth = 0;
    }
    if (indent !== undefined) depth += (line.match(/[{(]/g)?.length ?? 0) - (line.match(/[})]/g)?.length ?? 0);
    const shown = flat(line);
    if ((indent !== undefined || lines?.test(line) === true) && /\w/.test(shown)) {
      const name = indent === undefined || isHead ? shown : `${head}: ${shown}`;
      found.set(name.slice(0, 160), '');
    }
  }
  return found;
}
