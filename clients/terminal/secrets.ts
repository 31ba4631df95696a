/** Values of the host's own that factory.yaml names: read when a command starts, and never kept, sent or shown. */
import { readFile, stat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { VariableValue } from '../../workflows/contract/settings.ts';
import { finalFailure } from '../failures.ts';

export interface Variables {
  readonly env: Readonly<Record<string, string>>;
  /** By the variable's name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Splits a policy's variables into plain ones and secrets, whose values are those of the operator's file
 * (`NAME=value` lines).
 * Fails: SecretMissing (final) when the file, or a name in it, is not there, or others may read it.
 */
export async function readVariables(
  variables: Readonly<Record<string, VariableValue>>,
  secretsFile: string | undefined,
): Promise<Variables> {
  const env: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  let known: NodeJS.Dict<string> | undefined;
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === 'string') env[name] = value;
    else {
      known ??= await readSecrets(secretsFile, value.secret);
      secrets[name] = known[value.secret] || missing(value.secret, `${secretsFile} has no line ${value.secret}=…`);
    }
  }
  return { env, secrets };
}

async function readSecrets(file: string | undefined, wanted: string): Promise<NodeJS.Dict<string>> {
  if (file === undefined) return missing(wanted, 'SECRETS_FILE is not set on this host');
  const { mode } = await stat(file).catch((cause) => missing(wanted, `${file} cannot be read`, cause));
  if ((mode & 0o077) !== 0) return missing(wanted, `others may read ${file}: chmod 600 ${file}`);
  return parseEnv(await readFile(file, 'utf8').catch((cause) => missing(wanted, `${file} cannot be read`, cause)));
}

function missing(name: string, why: string, cause?: unknown): never {
  const remedy = 'put it into the file that SECRETS_FILE names, then retry the task';
  throw finalFailure('SecretMissing', `factory.yaml needs the secret ${name}, and ${why}; ${remedy}`, { cause });
}

/** Shorter ones would be found in every other word. */
const LEAST_LENGTH = 6;

/** A text in which no secret's value stands any more. What a command has encoded or split is not found. */
export function withoutValues(text: string, secrets: Readonly<Record<string, string>>): string {
  return Object.entries(secrets)
    .filter(([, value]) => value.length >= LEAST_LENGTH)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((shown, [name, value]) => shown.replaceAll(value, `[secret ${name}]`), text);
}
