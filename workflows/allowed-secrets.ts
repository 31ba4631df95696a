/** Values that a person allowed in the epic: the answer is kept with its question, under a name that holds their hashes. */
import type { Secret } from './contract/change.ts';
import type { EpicRequest } from './epic/state.ts';

const PREFIX = 'secrets-';

/** None of findings by hosts of an earlier version. */
export const hashesOf = (secrets: readonly Secret[]): string[] => [
  ...new Set(secrets.flatMap(({ hash }) => (hash === undefined ? [] : [hash]))),
];

/** The name that all tasks ask about these values under. */
export const secretsName = (hashes: readonly string[]): string => `${PREFIX}${hashes.toSorted().join('-')}`;

/** By hash, for tasks that start and for the epic's own pushes. */
export function allowedSecrets(requests: readonly EpicRequest[]): string[] {
  const names = requests.flatMap(({ shared, answer }) => (answer?.decision === 'allow' ? (shared?.name ?? []) : []));
  return [...new Set(names.flatMap((name) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-') : [])))];
}

interface Allowing {
  readonly allowedSecrets?: readonly string[];
}

/** By hash, for a task: those that it began with, and those since. */
export const allowedIn = ({
  input,
  data,
}: {
  readonly input: Allowing;
  readonly data: Allowing;
}): readonly string[] => [...(input.allowedSecrets ?? []), ...(data.allowedSecrets ?? [])];
