/**
 * The thread that reads test files: patterns and parsers that run away with hostile input end with it, and the worker
 * process does not notice.
 */
import { parentPort } from 'node:worker_threads';
import type { Reading } from './cases-and-groups.ts';
import { createGrammars } from './grammars.ts';
import type { Language } from './language.ts';
import { isSnapshot, languageOf } from './languages.ts';
import { readLines } from './read-lines.ts';
import { NOTHING, readTests, type TestFile } from './read-tests.ts';
import { readTree } from './read-tree.ts';

export interface ReadRequest {
  readonly id: number;
  readonly path: string;
  readonly text: string;
}

const parse = createGrammars();

async function readFile(path: string, text: string): Promise<TestFile> {
  if (isSnapshot(path)) {
    const lines = text.split('\n').map((line) => line.trim());
    return { ...NOTHING, loose: lines.filter((line) => line !== '').map((line) => [`"${line}"`]) };
  }
  const language = languageOf(path);
  if (language === undefined) return NOTHING;
  if (language.inline !== undefined && language.anywhere?.test(path) !== true && !language.inline.test(text))
    return NOTHING;
  return readTests(language, text, await readUnits(language, path, text));
}

async function readUnits(language: Language, path: string, text: string): Promise<Reading> {
  if (language.grammar === undefined) return readLines(language, text);
  // A cast of TypeScript is no JSX.
  const grammar = language.grammar === 'tsx' && /\.[cm]?ts$/.test(path) ? 'typescript' : language.grammar;
  const tree = await parse(grammar, text);
  if (tree === null) throw new Error('the parser took too long');
  try {
    return readTree(language, text, tree.rootNode);
  } finally {
    tree.delete();
  }
}

parentPort?.on('message', ({ id, path, text }: ReadRequest) => {
  readFile(path, text).then(
    (file) => parentPort?.postMessage({ id, file }),
    (error: unknown) => parentPort?.postMessage({ id, failure: String(error) }),
  );
});
