/** Compares what two policies protect, where one names groups and the other a list of its own. Pure. */
import { protectionOf } from '../workflows/contract/protected.ts';
import { type ProtectionPolicy, protections } from './change/protections.ts';

/** Groups first: `the group ci`, then paths. */
export function protectedIn(policy: ProtectionPolicy): string[] {
  const { groups, paths } = protectionOf(policy);
  return [...groups.map((group) => `the group ${group}`), ...paths];
}

/** Paths of the earlier policy's own list that a group of the later one protects too. */
export function coveredPaths(before: ProtectionPolicy, after: ProtectionPolicy): string[] {
  const isCovered = protections({ protected: protectionOf(after).groups, protectedPaths: [] });
  return protectionOf(before).paths.filter((glob) =>
    examplesOf(glob).every((path) => isCovered(path, true) !== undefined),
  );
}

/** Paths that a glob fits: one for each alternative in braces, with a name for each star. */
function examplesOf(glob: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(glob);
  if (braces === null) return [glob.replace(/\*\*\//g, '').replace(/\*+|\?/g, 'x')];
  const [before, after] = [glob.slice(0, braces.index), glob.slice(braces.index + braces[0].length)];
  return (braces[1] ?? '').split(',').flatMap((one) => examplesOf(`${before}${one}${after}`));
}
