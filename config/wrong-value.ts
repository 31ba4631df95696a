/** Describes a variable whose value is not allowed, without the secret that the value may hold. */
import type { Mistake } from './files.ts';
import { VARIABLES } from './variables.ts';

const SECRET = /(KEY|TOKEN|SECRET)$/;

export function wrongValue(variable: string, value: unknown): Mistake {
  const schema = VARIABLES[variable as keyof typeof VARIABLES];
  const allowed = schema.description ?? ('unwrap' in schema ? schema.unwrap().description : undefined) ?? '?';
  const text = SECRET.test(variable) ? 'a secret' : JSON.stringify(withoutPassword(String(value)));
  return { variable, given: text, allowed };
}

/** Hides everything up to the last @, because the password itself may be the part that is malformed. */
const withoutPassword = (address: string): string =>
  address.replace(/:.*@/s, ':…@').replaceAll(/(password=)[^&\s]*/gi, '$1…');
