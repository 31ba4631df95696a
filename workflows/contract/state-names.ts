/** Names of states as plain lists, for those that load no schemas. */

export const EPIC_STATES = ['PLANNING', 'IN_PROGRESS', 'BLOCKED', 'COMPLETED', 'CANCELLED', 'FAILED'] as const;

export const FINAL_STATES: ReadonlySet<string> = new Set(['COMPLETED', 'CANCELLED', 'FAILED']);
