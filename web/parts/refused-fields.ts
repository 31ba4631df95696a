/** Which refusal of the API belongs to which field of a form. Pure. */

interface Problem {
  /** As `tasks.0.key`; empty for what is about all of it. */
  readonly field: string;
  readonly message: string;
}

/** The details of a refusal, where it has some: one for each field that does not fit. */
export function problemsOf(details: unknown): Problem[] {
  if (!Array.isArray(details)) return [];
  return details.filter((one): one is Problem => typeof one?.field === 'string' && typeof one?.message === 'string');
}

/** What is said of a field, and of what is in it where `within` says so. */
export const problemAt = (problems: readonly Problem[], field: string, within = false): string | undefined =>
  problems
    .filter((one) => one.field === field || (within && one.field.startsWith(`${field}.`)))
    .map(({ message }) => message)
    .join('; ') || undefined;

/** What belongs to none of the fields that the form has: it is shown above them. */
export const problemsElsewhere = (problems: readonly Problem[], fields: readonly string[]): Problem[] =>
  problems.filter(({ field }) => !fields.some((known) => field === known || field.startsWith(`${known}.`)));
