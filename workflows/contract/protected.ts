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

/** What the factory itself takes from the base branch. */
export const ALWAYS_PROTECTED = ['factory.yaml', 'factory.yml', '.gitmodules'];

interface Chosen {
  readonly protected?: ProtectedGroup[] | undefined;
  readonly protectedPaths?: readonly string[] | undefined;
}

/** What is in force: a list of one's own stands in the place of the groups unless groups are named beside it. */
export function protectionOf({ protected: groups, protectedPaths: own }: Chosen) {
  return {
    groups: groups ?? (own === undefined ? ProtectedGroup.options : []),
    paths: own?.length === 0 ? [] : [...ALWAYS_PROTECTED, ...(own ?? [])],
  };
}
