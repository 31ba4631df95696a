/** What is pinned for a purpose when an epic starts: its system prompt and its tools, together one text. */
import { storable } from '../../db/text.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { fenced, promptFile } from './prompt-files.ts';
import { toolsOf } from './tools.ts';
import { cutInTheMiddle } from './transcript.ts';

/** Files of a repository that tell agents how it is worked on. */
export const INSTRUCTION_FILES: readonly string[] = ['AGENTS.md', 'CLAUDE.md'];
const INSTRUCTIONS_LIMIT = 40_000;

export interface PromptParts {
  /** The repository's instructions, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The paths of those that lie in its folders. */
  readonly nested?: readonly string[];
  /** Tools that agents of this epic do not have. */
  readonly without?: readonly string[];
}

/** The content of the pin, as takeTurn reads it. */
export function pinnedPrompt(purpose: Purpose, { files: byName, nested = [], without = [] }: PromptParts): string {
  const found = INSTRUCTION_FILES.filter((name) => (byName[name] ?? '').trim() !== '');
  const said = [...new Set(found.map((name) => byName[name] as string))];
  const files = said.map((text) => cutInTheMiddle(text, INSTRUCTIONS_LIMIT)).join('\n\n');
  const parts = [promptFile(purpose)];
  if (files !== '') {
    parts.push(
      `${found.join(' and ')} of the repository's base branch. Follow it where it does not go against the rules above.`,
      fenced('repository-instructions', files),
    );
  }
  if (nested.length > 0) {
    parts.push(
      `Folders of the repository have instructions of their own. Before you work on a file, read those of each folder that it is in; the nearest to the file counts most, and none of them goes against the rules above.`,
      fenced('instruction-files', nested.join('\n')),
    );
  }
  return JSON.stringify({
    system: storable(parts.join('\n\n')),
    tools: toolsOf(purpose, without),
  });
}
