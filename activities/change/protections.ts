/** Why a path is protected, by the groups and paths that a policy chooses. Pure. */
import { PROTECTED, type ProtectedGroup, protectionOf } from '../../workflows/contract/protected.ts';
import type { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { foldersOf, groupMatcher } from './group-globs.ts';
import { pathMatcher } from './match-paths.ts';

export type ProtectionPolicy = Pick<RepositoryPolicy, 'protected' | 'protectedPaths'>;

/** Says why a path is protected: the group with its reason, or nothing for a path of the repository's own list. */
export type WhyProtected = (path: string, isFile: boolean) => { readonly why?: string } | undefined;

interface Rule {
  readonly why: string;
  readonly fits: (path: string) => boolean;
  /** A link or a submodule here would put another file in the place of a protected one. */
  readonly holds: (path: string) => boolean;
}

/** Where groups share a path the first one names it: the rest of `.github` is CI. */
const ORDER: readonly ProtectedGroup[] = ['agents', 'review', 'tests', 'autorun', 'ci'];

export function protections(policy: ProtectionPolicy): WhyProtected {
  const { groups, paths } = protectionOf(policy);
  const rules = ORDER.filter((group) => groups.includes(group)).flatMap(rulesOf);
  const isOwn = pathMatcher(paths);
  return (path, isFile) => {
    const rule = rules.find(({ fits }) => fits(path)) ?? (isFile ? undefined : rules.find(({ holds }) => holds(path)));
    if (rule !== undefined) return { why: rule.why };
    return isOwn(path) ? {} : undefined;
  };
}

const RULES = new Map<ProtectedGroup, Rule[]>();

function rulesOf(group: ProtectedGroup): Rule[] {
  const known = RULES.get(group);
  if (known !== undefined) return known;
  const rules = Object.entries(PROTECTED[group]).map(([reason, text]) => {
    const globs = text.trim().split(/\s+/);
    return { why: `${group}: ${reason}`, fits: groupMatcher(globs), holds: groupMatcher(foldersOf(globs)) };
  });
  RULES.set(group, rules);
  return rules;
}
