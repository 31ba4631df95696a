/** Whether a reviewer did what it says it knows a criterion by. Pure. */
import type { ReviewerWork } from '../../db/reads/reviewer-work.ts';
import { type CriterionProof, PATH_AND_LINE } from '../../workflows/contract/criteria.ts';
import { oneLine } from '../../workflows/contract/short-text.ts';

export interface Proof {
  readonly proof: CriterionProof;
  readonly exitCode: number | null;
  /** The turn in which it ran or read that; null where it was in the brief, or was only said. */
  readonly turn: number | null;
}

const SAID: Proof = { proof: 'said', exitCode: null, turn: null };

/**
 * A command counts when it was run as a whole, or as a part of one: then what the whole ended with says nothing of it. A place
 * counts when its file was opened or shown.
 */
export function prove(how: string, work: ReviewerWork | undefined): Proof {
  const said = oneLine(how.replaceAll('`', ''));
  if (said === '' || work === undefined) return SAID;
  const pathAndLine = PATH_AND_LINE.exec(said)?.[1];
  if (pathAndLine !== undefined) return proveRead(pathAndLine, work);
  const commands = work.calls.filter(({ tool }) => tool === 'bash');
  const whole = commands.findLast(({ command }) => oneLine(command ?? '') === said);
  if (whole !== undefined) return { proof: 'ran', exitCode: whole.exitCode, turn: whole.turn };
  const part = commands.findLast(({ command }) => isPartOf(said, oneLine(command ?? '')));
  return part === undefined ? SAID : { proof: 'ran', exitCode: null, turn: part.turn };
}

function proveRead(path: string, { calls, briefs }: ReviewerWork): Proof {
  const opened = calls.findLast(({ tool, command, path: viewed }) =>
    tool === 'bash' ? isPartOf(path, oneLine(command ?? '')) : viewed === path || viewed?.endsWith(`/${path}`) === true,
  );
  if (opened !== undefined) return { proof: 'read', exitCode: null, turn: opened.turn };
  // The change in the brief names each file that it shows.
  const isShown = briefs.some((body) => body.includes(`+++ b/${path}\n`) || body.includes(`--- a/${path}\n`));
  return isShown ? { proof: 'read', exitCode: null, turn: null } : SAID;
}

/** Whole words of it: `test` is no part of `latest`. */
function isPartOf(part: string, whole: string): boolean {
  for (let at = whole.indexOf(part); at !== -1; at = whole.indexOf(part, at + 1)) {
    if (!isWordy(whole[at - 1]) && !isWordy(whole[at + part.length])) return true;
  }
  return false;
}

const isWordy = (character: string | undefined): boolean => character !== undefined && /[\w.-]/.test(character);
