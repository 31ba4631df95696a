/** The situations by subject, in the order of docs/repositories.md. */
import { conflicts } from './conflicts.ts';
import { gates } from './gates.ts';
import { leftovers } from './leftovers.ts';
import { needless } from './nothing.ts';
import { policies } from './policies.ts';
import { reviews } from './reviews.ts';
import type { Situation } from './situation.ts';
import { submodules } from './submodules.ts';

export const SUBJECTS: readonly { readonly title: string; readonly situations: readonly Situation[] }[] = [
  { title: 'What is verified is what is merged', situations: gates },
  { title: 'What factory.yaml says', situations: policies },
  { title: 'Reviews', situations: reviews },
  { title: 'Conflicts', situations: conflicts },
  { title: 'Submodules', situations: submodules },
  { title: 'What tools leave behind', situations: leftovers },
  { title: 'Work that needs no change', situations: needless },
];

export const SITUATIONS: readonly Situation[] = SUBJECTS.flatMap(({ situations }) => situations);
