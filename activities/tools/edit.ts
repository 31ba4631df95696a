/** The edit tool (Anthropic's text_editor_20250728): view, create, str_replace and insert in the agent's worktree. */
import { z } from 'zod';
import type { BeginMark } from '../../clients/terminal/journal.ts';
import type { Database } from '../../db/connection.ts';
import type { ToolCallResult } from '../../db/writes/tool-calls.ts';
import { writeOnce } from './edit-journal.ts';
import { resolvePath } from './edit-path.ts';
import { type Edited, EditRefused, insertAfter, replaceOnce } from './edit-text.ts';
import { readText, view } from './edit-view.ts';
import { answerOnce, type HostFolder, type HostToolInput, type HostToolResult, toolJournal } from './host-tool.ts';

const path = z.string().min(1);
const EditInput = z.discriminatedUnion(
  'command',
  [
    z.object({
      command: z.literal('view'),
      path,
      view_range: z.tuple([z.int(), z.int()]).nullish(),
    }),
    z.object({ command: z.literal('create'), path, file_text: z.string() }),
    z.object({ command: z.literal('str_replace'), path, old_str: z.string(), new_str: z.string().default('') }),
    z.object({
      command: z.literal('insert'),
      path,
      insert_line: z.int(),
      // The model knows both names: older versions of the tool said new_str.
      insert_text: z.string().optional(),
      new_str: z.string().optional(),
    }),
  ],
  { error: 'command is one of view, create, str_replace, insert' },
);
type EditInput = z.infer<typeof EditInput>;

export function createEditActivities({ db, host }: { db: Database; host: HostFolder }) {
  return {
    /**
     * Views or changes a file of the agent's worktree and stores the answer for the model.
     * Idempotent: a stored answer stays; a change journals the file's hash before and after, so that a retry knows
     * whether it was applied.
     * Fails: WorktreeGone, NotFound (final). A wrong request of the model is its own to fix and no failure.
     * Runs on: host-<name>.
     */
    async edit(call: HostToolInput): Promise<HostToolResult> {
      return answerOnce(db, call, async (given, mark) => {
        const input = EditInput.safeParse(given);
        if (!input.success) return refused(`Wrong input: ${z.prettifyError(input.error)}`);
        try {
          return { output: await perform(call, input.data, toolJournal(host, call), mark), isError: false };
        } catch (error) {
          if (error instanceof EditRefused) return refused(error.message);
          throw error;
        }
      });
    },
  };
}

const refused = (output: string): ToolCallResult => ({ output, isError: true });

async function perform(
  { worktree, readOnly }: HostToolInput,
  input: EditInput,
  journalDir: string,
  mark: BeginMark,
): Promise<string> {
  const file = await resolvePath(worktree, input.path);
  if (input.command === 'view') return view(file, input.view_range ?? undefined);
  if (readOnly) throw new EditRefused('You may only look: this role uses nothing but view.');
  return writeOnce(journalDir, file, mark, async () => {
    if (input.command === 'create') {
      return { text: input.file_text, answer: `${file.shown} is written.` };
    }
    const { text, snippet } = change(await readText(file), input);
    return { text, answer: `${file.shown} is edited. Around the change it now reads:\n${snippet}` };
  });
}

function change(text: string, input: Exclude<EditInput, { command: 'view' | 'create' }>): Edited {
  if (input.command === 'str_replace') return replaceOnce(text, input.old_str, input.new_str);
  const insertion = input.insert_text ?? input.new_str;
  if (insertion === undefined) throw new EditRefused('insert needs insert_text, the text to insert.');
  return insertAfter(text, input.insert_line, insertion);
}
