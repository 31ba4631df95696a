/** Rules for branch names, those of git-check-ref-format: a name that git refuses is refused where it enters. */
import { z } from 'zod';

/** Each rule with what is wrong with a name that breaks it. */
const RULES: readonly (readonly [broken: RegExp, problem: string])[] = [
  [/[\0-\x20\x7f]/, 'has no spaces or control characters'],
  [/[~^:?*[\\]/, 'has none of ~ ^ : ? * [ \\'],
  [/\.\.|@\{/, 'has no ".." and no "@{"'],
  [/^-|^\/|\/$|\/\/|^@$|^HEAD$/, 'does not begin with "-", begin or end with "/", have "//", and is not "@" or "HEAD"'],
  [/(^|\/)\.|\.$|\.lock(\/|$)/, 'does not end with ".", and no part of it begins with "." or ends with ".lock"'],
  [/^factory$/, 'is not "factory", since the branches of the factory are below that'],
];

export const BranchName = z
  .string()
  .min(1, 'name a branch')
  .max(200)
  .superRefine((name, context) => {
    for (const [broken, problem] of RULES) {
      if (broken.test(name)) context.addIssue({ code: 'custom', message: `a branch name ${problem}` });
    }
  });
