/** The parts of a brief about mail to the Orchestrator. Pure. */
import type { Correspondence } from '../../db/reads/correspondence.ts';
import { fenced } from './prompt-files.ts';
import { cutInTheMiddle } from './transcript.ts';

const DESCRIPTION_LIMIT = 1_000;
const BRIEF_LIMIT = 8_000;

export function correspondenceParts({ plan, askers }: Correspondence): { plan: string; askers: string } {
  const tasks = plan.map(({ key, title, description, state, phase, dependsOn }) => {
    const needs = dependsOn.length === 0 ? '' : `; builds on ${dependsOn.join(', ')}`;
    return `${key} (${state}, ${phase}${needs}): ${title}\n${cutInTheMiddle(description, DESCRIPTION_LIMIT)}`.trim();
  });
  return { plan: fenced('plan', tasks.join('\n\n')), askers: askers.map(askerText).join('\n\n') };
}

function askerText({ key, brief, files }: Correspondence['askers'][number]): string {
  const told = brief === null ? 'It has no Worker yet.' : fenced('brief', cutInTheMiddle(brief, BRIEF_LIMIT));
  const changed = files.length === 0 ? 'None yet.' : fenced('changed-files', files.join('\n'));
  return `The Worker of task/${key} was told last:\n${told}\nFiles that it has edited so far:\n${changed}`;
}
