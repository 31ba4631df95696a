/** The repository's instructions to agents: AGENTS.md and CLAUDE.md, with what the latter imports, and where more of them lie. */
import { posix } from 'node:path';
import { INSTRUCTION_FILES } from './system-prompt.ts';

/** Reads files of the base branch; those that it does not have are missing. */
export type ReadFiles = (paths: readonly string[]) => Promise<Readonly<Record<string, string>>>;

const DEEPEST_IMPORT = 5;
const MOST_IMPORTS = 20;
const MOST_NESTED = 50;

/**
 * Follows `@path` of CLAUDE.md to files of the repository, and from those on, each once; what names no file of it is a word
 * like any other. Returns the files with the imported texts below them.
 */
export async function withImports(
  files: Readonly<Record<string, string>>,
  { paths, read }: { readonly paths: ReadonlySet<string>; readonly read: ReadFiles },
): Promise<Record<string, string>> {
  const text = files['CLAUDE.md'];
  if (text === undefined) return files;
  // The root's own are in the prompt anyway.
  const seen = new Set(INSTRUCTION_FILES);
  const parts = [text];
  let open: (readonly [path: string, text: string])[] = [['CLAUDE.md', text]];
  for (let depth = 0; depth < DEEPEST_IMPORT && open.length > 0; depth++) {
    const wanted = open.flatMap(([path, found]) => importsOf(path, found)).filter((path) => paths.has(path));
    const fresh = [...new Set(wanted)].filter((path) => !seen.has(path)).slice(0, MOST_IMPORTS + 2 - seen.size);
    for (const path of fresh) seen.add(path);
    open = fresh.length === 0 ? [] : Object.entries(await read(fresh));
    parts.push(...open.map(([path, found]) => `Imported from ${path}:\n${found}`));
  }
  return { ...files, 'CLAUDE.md': parts.join('\n\n') };
}

/** The paths that a text imports, outside of code, from the repository's root. */
function importsOf(file: string, text: string): string[] {
  const prose = text.replace(/^(`{3,}|~{3,})[\s\S]*?(^\1|$(?![\s\S]))/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/(?:^|\s)@([\w./-]+)/gm)].flatMap(([, name = '']) => {
    const path = posix.join(posix.dirname(file), name.replace(/[.,;:]+$/, ''));
    return path.startsWith('..') ? [] : [path];
  });
}

/** Those of other folders than the root, the outermost first. */
export function nestedInstructions(paths: Iterable<string>): string[] {
  const nested = [...paths].filter((path) => path.includes('/') && INSTRUCTION_FILES.includes(posix.basename(path)));
  const depth = (path: string) => path.split('/').length;
  return nested.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, MOST_NESTED);
}
