/** The file `.env`. Its mistakes are collected, never thrown. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { absolute, type Mistake } from './files.ts';
import { VARIABLES } from './variables.ts';

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
