/** Paths that no change may touch without a person unless factory.yaml says otherwise, by group. */
import { z } from 'zod';
import { AGENTS_PATHS } from './protected-agents.ts';
import { AUTORUN_PATHS } from './protected-autorun.ts';
import { CI_PATHS } from './protected-ci.ts';
import { REVIEW_PATHS } from './protected-review.ts';
import { RUNNER_CONFIG } from './runner-config.ts';

export const ProtectedGroup = z.enum(['ci', 'review', 'agents', 'autorun', 'tests']);
export type ProtectedGroup = z.infer<typeof ProtectedGroup>;

/**
 * Globs of each group, separated by blanks, by the reason that a person is told. A glob counts in every folder, one
 * that begins with `/` from the repository's root. Letters count in either case, after `=` in the given one.
 */
export const PROTECTED: Readonly<Record<ProtectedGroup, Readonly<Record<string, string>>>> = {
  ci: CI_PATHS,
  review: REVIEW_PATHS,
  agents: AGENTS_PATHS,
  autorun: AUTORUN_PATHS,
  tests: { 'decides which tests run and which count': RUNNER_CONFIG.join(' ') },
};

/** Files that the factory itself reads from the base branch. */
export const ALWAYS_PROTECTED = ['factory.yaml', 'factory.yml', '.gitmodules'];

interface Chosen {
  readonly protected?: ProtectedGroup[] | undefined;
  readonly protectedPaths?: readonly string[] | undefined;
}

/**
 * Returns the groups and paths in force: a list of one's own stands in the place of the groups unless groups are named
 * beside it. An empty list without groups turns everything off.
 */
export function protectionOf({ protected: chosen, protectedPaths: own }: Chosen) {
  const groups = chosen ?? (own === undefined ? ProtectedGroup.options : []);
  const isOff = own?.length === 0 && groups.length === 0;
  return { groups, paths: isOff ? [] : [...ALWAYS_PROTECTED, ...(own ?? [])] };
}
