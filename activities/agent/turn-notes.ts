/** What a turn may be opened with besides tool outputs and briefs: short words of the factory. */
import { TOOLS_OF } from '../../workflows/contract/agent.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { COMPACT_NOTE, type TurnNote } from '../../workflows/contract/transcript.ts';

const finishingTool = (purpose: Purpose) => TOOLS_OF[purpose].find((tool) => tool.startsWith('submit_'));

/** The way out of every loop. */
const OTHERWISE =
  'Step back: say in one sentence what you expected and what came instead, then do something else. If you cannot get further, hand in what you have and say what is in the way. If this goes on, your work is given to somebody else.';

/** Opens the last turn of a round. */
export const lastTurnText = (purpose: Purpose): string =>
  `This is your last turn: no tool's output reaches you after it. If the work is done, call ${finishingTool(purpose)} now. If not, do not begin anything more: write what is done, what is missing and what stood in the way, for the one who goes on with it.`;

export function noteText(note: TurnNote, purpose: Purpose): string {
  const finish = finishingTool(purpose);
  switch (note) {
    case 'nudge':
      return `You ended without a tool call, and nobody reads along to answer. If the work is done, call ${finish}; otherwise go on with it.`;
    case 'cut-off':
      return 'Your last answer was cut off at its length limit. Go on from there, in smaller steps: write long files in parts.';
    case 'compact':
      return COMPACT_NOTE;
    case 'continue':
      return 'Your last answer was paused. Go on where it stopped.';
    case 'same-action':
      return `You made the same calls several times, and each time the result was the same; it will be the same again. If you wait for something, wait for it inside one command that ends when it is there. ${OTHERWISE}`;
    case 'same-error':
      return `Several calls in a row failed with the very same error, so what you change is not what causes it. Read the error again and look at what it names. ${OTHERWISE}`;
    case 'alternating':
      return `You go back and forth between two steps, each with the same result as before. ${OTHERWISE}`;
  }
}
