/** factory.yaml: what the target repository says about how it is worked on. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { finalFailure } from '../clients/failures.ts';
import { RepositoryPolicy } from '../workflows/contract/settings.ts';

const POLICY_FILE = 'factory.yaml';
const OTHER_NAME = 'factory.yml';
export const POLICY_FILES: readonly string[] = [POLICY_FILE, OTHER_NAME];

/** The policy's text among files that were read; a name that does not count is refused, since nobody would notice. */
export function policyText(files: Readonly<Record<string, string>>, where: string): string | undefined {
  const { [POLICY_FILE]: text, [OTHER_NAME]: other } = files;
  if (other === undefined) return text;
  const remedy = text === undefined ? `rename it to ${POLICY_FILE}` : `only ${POLICY_FILE} counts: delete the other`;
  throw finalFailure('InvalidInput', `${where} has ${OTHER_NAME}; ${remedy}, and try again.`);
}

/** Reads the file's text; without a file the defaults hold. Every mistake is named with its key. */
export function readPolicy(text: string | undefined, where: string): RepositoryPolicy {
  const document = parseDocument(text ?? '');
  const [broken] = document.errors;
  if (broken !== undefined) throw invalid(where, broken.message);
  const policy = RepositoryPolicy.safeParse(document.toJS() ?? {});
  if (!policy.success) throw invalid(where, z.prettifyError(policy.error));
  return policy.data;
}

const invalid = (where: string, what: string) =>
  finalFailure('InvalidInput', `${POLICY_FILE} on ${where} is not valid: ${what}\nFix it there and try again.`);
