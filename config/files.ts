/** Where the files of a configuration are, and how mistakes in them are reported. Loads nothing, since every command needs it. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

export interface Mistake {
  readonly variable: string;
  readonly given: string;
  readonly allowed: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map((m) => `  ${m.variable}: given ${m.given}; allowed: ${m.allowed}`);
    super(`The configuration is wrong. See .env.example.\n${lines.join('\n')}`);
    this.mistakes = mistakes;
  }
}

/** The checkout: relative paths start here, whatever folder a command was called in. */
export const PROJECT_DIR = path.dirname(import.meta.dirname);

export const absolute = (given: string): string => path.resolve(PROJECT_DIR, given);

/** Makes a folder with all above it. Node's own recursive mkdir never ends where a parent takes no folders (/proc). */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
