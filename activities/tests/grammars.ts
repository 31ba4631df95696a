/** Grammars of web-tree-sitter, each loaded when the first file of its language is read. */
import { createRequire } from 'node:module';
import { Language, Parser, type Tree } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
/** Counts processor time, since a busy machine makes no file hostile. */
const MOST_MICROSECONDS = 4_000_000;

export function createGrammars(): (name: string, text: string) => Promise<Tree | null> {
  const loaded = new Map<string, Promise<Language>>();
  const ready = Parser.init();
  const load = (name: string): Promise<Language> => {
    const file = require.resolve(`@repomix/tree-sitter-wasms/out/tree-sitter-${name}.wasm`);
    const known = loaded.get(name) ?? Language.load(file);
    loaded.set(name, known);
    return known;
  };
  return async (name, text) => {
    await ready;
    const parser = new Parser();
    parser.setLanguage(await load(name));
    const before = process.threadCpuUsage();
    const isOver = () => process.threadCpuUsage(before).user > MOST_MICROSECONDS;
    const tree = parser.parse(text, null, { progressCallback: isOver });
    parser.delete();
    return tree;
  };
}
