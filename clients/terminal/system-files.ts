/** Lists files that the system's programs need besides /usr and /etc: package managers of languages keep some in /var/lib. */
import { globSync } from 'node:fs';

const INSTALLED: readonly string[] = ['ghc', 'gems', 'texmf'].map((name) => `var/lib/${name}`);

/** Absolute paths of those that are there. */
export const systemFiles = (root = '/'): string[] =>
  INSTALLED.flatMap((pattern) => globSync(pattern, { cwd: root })).map((path) => `/${path}`);
