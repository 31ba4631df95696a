/** Names the work of a round, so that people see why a Worker works again. */
import type { Brief } from '../contract/brief.ts';

const WORDS: Partial<Record<Brief['kind'], string>> = {
  verification: 'fixes red checks',
  'changes-requested': 'makes the changes that the review asked for',
  conflict: 'settles a conflict',
  checks: 'fixes red CI checks',
  feedback: 'follows feedback',
  guidance: 'follows advice of the Supervisor',
  secrets: 'removes secrets',
  leftovers: 'looks at files that no one asked for',
};

export const workWords = ({ kind }: Pick<Brief, 'kind'>): string => WORDS[kind] ?? 'works';
