/**
 * The environment of this process: what it hands on to programs that it starts, and what is known of the terminal.
 * Settings are in config.ts. Loads nothing, since every command needs it.
 */

/** All variables, for a program that runs as if it had been started from where we were. */
export const ownEnvironment = (): Record<string, string> => present(Object.entries(process.env));

/** Returns the variables of these names that are set. */
export const variablesNamed = (names: readonly string[]): Record<string, string> =>
  present(names.map((name) => [name, process.env[name]]));

/** The folders of programs, as PATH lists them; empty when it is not set. */
export const searchPath = (): string => process.env.PATH ?? '';

/** Where a person's programs keep what can be made again; undefined where the person has not said. */
export const cacheHome = (): string | undefined => process.env.XDG_CACHE_HOME;

/** A terminal that can only print lines, and a person who wants no colors. */
export const terminalLimits = (): { readonly isDumb: boolean; readonly isColorless: boolean } => ({
  isDumb: process.env.TERM === 'dumb',
  isColorless: (process.env.NO_COLOR ?? '') !== '',
});

/** Whether a person looks for a mistake of ours; asked without the configuration, which may be what is wrong. */
export const isDebugging = (): boolean => process.env.LOG_LEVEL === 'debug';

/** Under `node --watch` threads report their imports to us, and Temporal's SDK would take that for a workflow's answer. */
export function keepThreadsFromReporting(): void {
  delete process.env.WATCH_REPORT_DEPENDENCIES;
}

const present = (entries: readonly (readonly [string, string | undefined])[]): Record<string, string> =>
  Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
