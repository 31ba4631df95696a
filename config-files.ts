/** The files that configure the factory: `.env` and FACTORY_CONFIG. Their mistakes are collected, never thrown. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { VARIABLES } from './config-variables.ts';
import { BranchName } from './workflows/contract/branch.ts';

export interface Repository {
  /** Absolute. */
  readonly path: string;
  readonly baseBranch?: string | undefined;
}

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
export const PROJECT_DIR = import.meta.dirname;

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

/**
 * What else a `.env` may hold: variables of Temporal, Node, git, gh and of proxies. Where some of that name are ours, the
 * others are listed, so that a misspelled one is seen.
 */
const FOREIGN = new RegExp(
  [
    '^TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|PROFILE|CONFIG_FILE|TLS(_\\w+)?|(CODEC|GRPC_META)_\\w+)$',
    '^(GH_(DEBUG|PAGER|REPO|PATH)|GITHUB_(ENTERPRISE_)?TOKEN)$',
    '^(NODE_|GIT_(?!BASE|WORK)|SSL_|OTEL_)',
    '_PROXY$|^(PATH|TZ|LANG|LC_\\w+|(NO|FORCE)_COLOR)$',
  ].join('|'),
  'i',
);

/** Adds `.env` to the environment, where it overrides nothing; a name in it that nobody reads is a mistake. */
export function readDotEnv(file = absolute('.env')): Mistake[] {
  if (!existsSync(file)) return [];
  process.loadEnvFile(file);
  return unknownNames(readFileSync(file, 'utf8')).map((variable) => ({
    variable,
    given: 'in .env',
    allowed: 'a variable of .env.example; this one is not known',
  }));
}

export function unknownNames(dotEnv: string): string[] {
  return Object.keys(parseEnv(dotEnv)).filter((name) => !(name in VARIABLES) && !FOREIGN.test(name));
}

const RepositoryFile = z.strictObject({
  repositories: z
    .record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'a name of letters, digits, ".", "_" and "-"'),
      z.strictObject({ path: z.string().min(1), baseBranch: BranchName.optional() }),
    )
    .refine((all) => Object.keys(all).length > 0, 'at least one repository'),
});

/** The repositories of FACTORY_CONFIG, and the one of GIT_BASE_REPO_PATH under its folder's name. */
export function readRepositories(
  single: string | undefined,
  file: string | undefined,
  singleBase?: string,
): { repositories: Record<string, Repository>; mistakes: Mistake[] } {
  const repositories: Record<string, Repository> = {};
  const mistakes: Mistake[] = [];
  const wrong = (where: string, given: string, allowed: string) =>
    mistakes.push({ variable: `FACTORY_CONFIG${where}`, given, allowed });
  if (file !== undefined) {
    try {
      const parsed = RepositoryFile.safeParse(parseYaml(readFileSync(absolute(file), 'utf8')));
      const folder = path.dirname(absolute(file));
      for (const [name, entry] of Object.entries(parsed.data?.repositories ?? {})) {
        repositories[name] = { ...entry, path: path.resolve(folder, entry.path) };
      }
      for (const issue of parsed.error?.issues ?? []) {
        wrong(
          issue.path.map((key) => `.${String(key)}`).join(''),
          issue.message,
          'repositories: {name: {path, baseBranch}}',
        );
      }
    } catch (error) {
      wrong('', error instanceof Error ? error.message : String(error), 'the path of a YAML file');
    }
  }
  if (single !== undefined) {
    const name = nameOf(single);
    if (name in repositories) wrong(`.${name}`, 'the name that GIT_BASE_REPO_PATH has too', 'a name of its own');
    repositories[name] ??= {
      path: absolute(single),
      ...(singleBase === undefined ? {} : { baseBranch: singleBase }),
    };
  }
  return { repositories, mistakes };
}

/** A repository is called what its folder is called, in the characters that names may have. */
function nameOf(repository: string): string {
  const folder = path.basename(absolute(repository)).replace(/\.git$/, '');
  return (
    folder
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 63) || 'repository'
  );
}
