/** What a turn may be opened with besides tool outputs and briefs: short words of the factory. */
import { TOOLS_OF } from '../../workflows/contract/agent.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import type { TurnNote } from '../../workflows/contract/transcript.ts';

export function noteText(note: TurnNote, purpose: Purpose): string {
  const finish = TOOLS_OF[purpose].find((tool) => tool.startsWith('submit_'));
  switch (note) {
    case 'nudge':
      return `You ended without a tool call, and nobody reads along to answer. If the work is done, call ${finish}; otherwise go on with it.`;
    case 'cut-off':
      return 'Your last answer was cut off at its length limit. Go on from there, in smaller steps: write long files in parts.';
    case 'compact':
      return 'The conversation had grown too long, so older outputs and file texts in it were left out. Look again at what you still need, and go on.';
    case 'continue':
      return 'Your last answer was paused. Go on where it stopped.';
  }
}
