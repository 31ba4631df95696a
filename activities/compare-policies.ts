/** Compares two policies: the keys that differ, and the protections that the later one drops. Pure. */
import { protectionOf } from '../workflows/contract/protected.ts';
import { type RepositoryPolicy, setUpOf } from '../workflows/contract/settings.ts';
import { coveredPaths, protectedIn } from './compare-protections.ts';

const MOST_OF_VALUE = 160;
const MOST_CHANGES = 40;

/** The keys of factory.yaml that differ, a line for each, old → new. */
export function policyChanges(before: RepositoryPolicy, after: RepositoryPolicy): string[] {
  const [old, now] = [flat(before), flat(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
  const lines = keys.map((key) => `${key}: ${shown(old.get(key))} → ${shown(now.get(key))}`);
  const left = lines.length - MOST_CHANGES;
  return left > 0 ? [...lines.slice(0, MOST_CHANGES), `and ${left} more`] : lines;
}

/** Names the checks, protections and limits that the later policy drops; another command for a check is not counted. */
export function weakerIn(before: RepositoryPolicy, after: RepositoryPolicy): string[] {
  const names = (policy: RepositoryPolicy) => policy.verify.map(({ name }) => name);
  const less = (what: string, old: readonly string[], now: readonly string[]) => {
    const gone = old.filter((one) => !now.includes(one));
    return gone.length === 0 ? [] : [`${what}: ${gone.join(', ').slice(0, 500)}`];
  };
  const looser = (isLooser: boolean, words: string) => (isLooser ? [words] : []);
  return [
    ...less('no longer verified', names(before), names(after)),
    ...less(
      'tests no longer read from the report of',
      reported(before).filter((name) => names(after).includes(name)),
      reported(after),
    ),
    ...less('no longer required of the forge', before.checks.required, after.checks.required),
    ...less('no longer protected', protectedIn(before), [...protectedIn(after), ...coveredPaths(before, after)]),
    ...less('no longer looked at as tests', before.testPaths, after.testPaths),
    ...less('no longer searched for secrets', after.secretsAllowedIn, before.secretsAllowedIn),
    ...less('now within reach of commands', after.network, before.network),
    ...less('secrets that commands are given now', secretsIn(after), secretsIn(before)),
    ...looser(before.noTests === 'red' && after.noTests !== 'red', 'a check without a test is green'),
    ...looser(before.checks.none === 'hold' && after.checks.none !== 'hold', 'a commit without a check may be merged'),
    ...looser(
      before.checks.redOnBase === 'ask' && after.checks.redOnBase !== 'ask',
      'checks that are red on the base too hold no merge',
    ),
  ];
}

const reported = ({ verify }: RepositoryPolicy): string[] =>
  verify.flatMap(({ name, report }) => (report === undefined ? [] : [name]));

const secretsIn = ({ env }: RepositoryPolicy): string[] =>
  Object.entries(env).flatMap(([name, value]) => (typeof value === 'string' ? [] : [`${value.secret} as ${name}`]));

/** A policy as values by dotted key; absent values have no key. */
function flat(policy: RepositoryPolicy): Map<string, string> {
  const setup = setUpOf(policy);
  const { verify, setup: _, ...rest } = policy;
  const { groups, paths } = protectionOf(policy);
  const checks = Object.fromEntries(verify.map(({ name, command }) => [name, command]));
  const reports = Object.fromEntries(
    verify.map(({ name, report, path }) => [name, report === undefined ? undefined : [report, path].join(' ').trim()]),
  );
  const found = new Map<string, string>();
  const add = (key: string, value: unknown) => {
    if (isGroup(value)) for (const [name, inner] of Object.entries(value)) add(`${key}.${name}`, inner);
    else if (value !== undefined) found.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  };
  const keys = { ...rest, protected: groups, protectedPaths: paths, verify: checks, report: reports, setup };
  for (const [key, value] of Object.entries(keys)) add(key, value);
  return found;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('secret' in value);

function shown(value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return value.length > MOST_OF_VALUE ? `${value.slice(0, MOST_OF_VALUE)}…` : value;
}
