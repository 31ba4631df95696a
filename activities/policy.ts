/** factory.yaml: what the target repository says about how it is worked on. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { RepositoryPolicy } from '../workflows/contract/settings.ts';
import { finalFailure } from './failures.ts';

export const POLICY_FILE = 'factory.yaml';

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
  finalFailure(
    'InvalidInput',
    `${POLICY_FILE} on ${where} is not valid: ${what}\nMend it there and submit the epic again.`,
  );
