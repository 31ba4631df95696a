/** Whether the texts of a change show that a test was only given another name. Pure. */
import type { ChangedTest } from './compared-tests.ts';
import { isOfFile } from './covered-files.ts';
import type { IsRenamed } from './moved-tests.ts';
import { bareName } from './run-names.ts';

/**
 * It is shown when the line of the new name is the line of the old one with the name exchanged, and the name is in no
 * other version. Assertions that such a change drops are found by its text.
 */
export function renamesOf(tests: readonly ChangedTest[]): IsRenamed {
  return (before, after) => {
    // Some runners do not say where their tests are.
    const isPlaced = tests.some(({ path, from = path }) => from !== undefined && isOfFile(before, from));
    return tests.some(({ path, from, before: was, after: is }) => {
      if (path === undefined || typeof was !== 'string' || typeof is !== 'string') return false;
      if (isPlaced && !isOfFile(before, from ?? path)) return false;
      const [old, now] = [bareName(before, path), bareName(after, path)];
      if (old === '' || now === '' || old === now) return false;
      if (!was.includes(old) || !is.includes(now)) return false;
      const oldLines = linesWith(was, old);
      const newLines = linesWith(is, now);
      if (linesWith(is, old).length > 0 || linesWith(was, now).length > 0) return false;
      return oldLines.length > 0 && oldLines.every((line) => newLines.includes(line.replaceAll(old, now)));
    });
  };
}

function linesWith(text: string, name: string): string[] {
  const isWord = (character: string | undefined) => character !== undefined && /[\w$]/.test(character);
  const hasName = (line: string) => {
    for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
      if (!isWord(line[at - 1]) && !isWord(line[at + name.length])) return true;
    }
    return false;
  };
  return text
    .split('\n')
    .filter(hasName)
    .map((line) => line.trim());
}
