/** The situations by subject, in the order of docs/repositories.md. */
import { adopted } from './adopted.ts';
import { bases } from './bases.ts';
import { canaries } from './canaries.ts';
import { conflicts } from './conflicts.ts';
import { filters } from './filters.ts';
import { gates } from './gates.ts';
import { forgeChecks } from './github.ts';
import { instructions } from './instructions.ts';
import { leftovers } from './leftovers.ts';
import { lfs } from './lfs.ts';
import { moreConflicts } from './more-conflicts.ts';
import { needless } from './nothing.ts';
import { policies } from './policies.ts';
import { reviews } from './reviews.ts';
import type { Situation } from './situation.ts';
import { submodules } from './submodules.ts';
import { testsNotRun } from './tests-not-run.ts';

export const SUBJECTS: readonly { readonly title: string; readonly situations: readonly Situation[] }[] = [
  { title: 'What is verified is what is merged', situations: gates },
  { title: 'What factory.yaml says', situations: [...policies, ...adopted] },
  { title: 'Instructions and set-up', situations: instructions },
  { title: 'The base', situations: bases },
  { title: 'Filters', situations: filters },
  { title: 'Git LFS', situations: lfs },
  { title: 'Tests that no longer run', situations: testsNotRun },
  { title: 'Secrets', situations: canaries },
  { title: 'Reviews', situations: reviews },
  { title: 'Conflicts', situations: [...conflicts, ...moreConflicts] },
  { title: 'Submodules', situations: submodules },
  { title: 'What tools leave behind', situations: leftovers },
  { title: 'Work that needs no change', situations: needless },
  { title: 'GitHub', situations: forgeChecks },
];

export const SITUATIONS: readonly Situation[] = SUBJECTS.flatMap(({ situations }) => situations);
