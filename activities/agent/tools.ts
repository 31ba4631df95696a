/** The tools of each purpose as the API wants them, and what a tool call of the model means to the workflow. */
import type Anthropic from '@anthropic-ai/sdk';
import { storable } from '../../db/text.ts';
import { READ_ONLY, SubmitPlan, SubmitReview, SubmitWork, TOOLS_OF } from '../../workflows/contract/agent.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import type { ToolCallRef } from '../../workflows/contract/transcript.ts';
import { SubmitTriage } from '../../workflows/contract/triage.ts';
import { withoutSecrets } from '../secrets/redact.ts';
import { shortHash } from '../short-hash.ts';
import { ASK_BEFORE_PLAN, ASK_HUMAN, LOG_DECISION, SEND_MAIL } from './talk-tools.ts';
import { schemaOf } from './tool-schema.ts';

const BASH: Anthropic.ToolBash20250124 = { type: 'bash_20250124', name: 'bash' };
const EDIT: Anthropic.ToolTextEditor20250728 = { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' };
const HOST_TOOLS: ReadonlySet<string> = new Set([BASH.name, EDIT.name]);

const SUBMIT_PLAN: Anthropic.Tool = {
  name: 'submit_plan',
  description: `Hands in the plan and ends your work on it. Use it once you have read the code that the tasks touch, and for
every later version of the plan, as a whole each time; not to ask something, and not with a task that only says "investigate".
\`tasks\` is a list of 1 to 50 tasks, each with
- \`key\`: short, unique, of a-z, 0-9 and "-"; it becomes part of the task's branch name ("epic" and "result" are taken);
- \`title\`: one line that says what will be true afterwards;
- \`description\`: all that its engineer needs to know, since they see this task and the repository, not your notes: what you
  found, with \`path:line\`, and what you decided;
- \`acceptance\`: statements that a reviewer settles one by one, by running or reading something;
- \`dependsOn\`: keys of the tasks whose merged work it needs. No cycles; leave it empty wherever you can;
- \`files\`: the files that it will likely change or create, as paths from the root: "src/cart.ts", "src/**/*.css", or
  "docs/" for all of a folder. Tasks that name the same file and do not wait for each other are pointed out to people.
If the plan is refused you are told why and can hand in a better one. Three refused plans in a row end your work.`,
  input_schema: schemaOf(SubmitPlan),
};

const SUBMIT_WORK: Anthropic.Tool = {
  name: 'submit_work',
  description: `Hands in everything that is changed in the worktree and ends this round. Use it, alone, when nothing is left to
do, or when what is left cannot be done; not to report progress, and not while a check that you can run is red without a word
about it in the summary. The factory commits with \`commitMessage\` (imperative subject of at most 72 characters, then why, if
that is not plain), runs the repository's checks on that commit and has it reviewed. \`summary\` tells the reviewer what changed,
how you checked each acceptance criterion and what they should look at twice.
\`nothingToDo\` only if what the task asks for was there before you changed anything: change nothing, and say where it is and how
you checked each criterion. \`assumed\` lists what nobody said and you took for granted, one sentence each; people read it in
the pull request. \`resolved\` only in the round after a merge conflict: one entry for each path that is rightly settled
by keeping a side as it is, with \`keep\` ("task": what this task's branch has; "base": what was merged into it has; "both": both
stay as they lie there) and \`because\`. A side that you name is put in its place for you; paths that you edited need no entry.`,
  input_schema: schemaOf(SubmitWork),
};

const SUBMIT_REVIEW: Anthropic.Tool = {
  name: 'submit_review',
  description: `Hands in your review and ends it. Use it once, when you have looked at the change, tried it, and settled each
criterion; not to ask something, and not before you have seen the commit itself. \`verdict\`: "approve" or "request_changes".
\`summary\`: what the change does, and the reasons for the verdict. \`comments\`: one for each thing that has to change, with the
file's \`path\`, the \`line\` in the new version where there is one, and a \`body\` that says what is wrong and what would be right.
\`criteria\`: one entry for each acceptance criterion: its number as \`criterion\`; \`verdict\` "met", "not_met" or "not_checkable";
\`how\`: the one command that you ran, as you ran it, or the \`path:line\` that you looked at; \`note\`: what you saw, or why it
cannot be checked. With a criterion that is not met you cannot approve. \`earlier\`: when you were told findings of earlier
reviews, one entry for each: its number as \`finding\`, whether it is \`settled\`, and \`because\`.`,
  input_schema: schemaOf(SubmitReview),
};

const SUBMIT_TRIAGE: Anthropic.Tool = {
  name: 'submit_triage',
  description: `Hands in what is best for the failed task, and ends your work. Use it once, when you know the cause; there is no
other tool, so do not wait for more. \`action\`:
- "retry": another engineer begins, with your \`guidance\`, which says what to do differently. Not to try the same again.
- "skip": the epic goes on without the task, and what depends on it starts.
- "add_task": something is missing that belongs into a \`task\` of its own (key, title, description, acceptance, dependsOn).
- "fail": the epic makes no sense without it, and nobody could do it as it is asked.
- "ask_human": a person must decide, or you are not sure.
\`reason\`: for a person to read, in two or three sentences, the cause first.`,
  input_schema: schemaOf(SubmitTriage),
};

const DEFINITIONS: Readonly<Record<string, Anthropic.ToolUnion>> = {
  bash: BASH,
  str_replace_based_edit_tool: EDIT,
  log_decision: LOG_DECISION,
  send_mail: SEND_MAIL,
  ask_human: ASK_HUMAN,
  submit_plan: SUBMIT_PLAN,
  submit_work: SUBMIT_WORK,
  submit_review: SUBMIT_REVIEW,
  submit_triage: SUBMIT_TRIAGE,
};

/** Where a purpose has a tool of its own under a name that others have too. */
const OWN: Readonly<Partial<Record<Purpose, Readonly<Record<string, Anthropic.ToolUnion>>>>> = {
  plan: { ask_human: ASK_BEFORE_PLAN },
};

/** The definitions of the tools that the contract allows to a purpose, without those of the names given. */
export function toolsOf(purpose: Purpose, without: readonly string[] = []): Anthropic.ToolUnion[] {
  return TOOLS_OF[purpose].flatMap((name) => {
    if (without.includes(name)) return [];
    const definition = OWN[purpose]?.[name] ?? DEFINITIONS[name];
    if (definition === undefined) throw new Error(`The tool ${name} of ${purpose} has no definition`);
    return definition;
  });
}

/** Whether a call of this name is carried out on a host. */
export const runsOnHost = (name: string, purpose: Purpose): boolean =>
  HOST_TOOLS.has(name) && TOOLS_OF[purpose].includes(name);

/** Tools whose activity reads the input itself: what an agent writes there stays out of histories. */
const READ_FROM_ROWS: ReadonlySet<string> = new Set([LOG_DECISION.name, SEND_MAIL.name]);

/** What a tool call asks for; the model's name and input are data, so nothing in them is trusted. */
export function toolCallRef(call: { id: string; name: string; input: unknown }, purpose: Purpose): ToolCallRef {
  const { id, name, input } = call;
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const host = runsOnHost(name, purpose);
  const looks = name === EDIT.name && fields.command === 'view';
  return {
    id,
    name,
    summary: summaryOf(name, fields),
    readOnly: host && (looks || READ_ONLY[purpose]),
    mark: shortHash([name, input]),
    ...(host || READ_FROM_ROWS.has(name) ? {} : { input }),
  };
}

function summaryOf(name: string, input: Record<string, unknown>): string {
  const text = (key: string) => (typeof input[key] === 'string' ? (input[key] as string) : '');
  const summaries: Record<string, () => string> = {
    bash: () => text('command') || (input.restart === true ? 'restart' : ''),
    str_replace_based_edit_tool: () => `${text('command')} ${text('path')}`,
    log_decision: () => text('decision'),
    send_mail: () => `${text('to')}: ${text('subject')}`,
    ask_human: () => text('question') || (Array.isArray(input.questions) ? String(input.questions[0] ?? '') : ''),
    submit_plan: () => `${Array.isArray(input.tasks) ? input.tasks.length : 0} tasks`,
    submit_work: () => text('commitMessage'),
    submit_review: () => text('verdict'),
    submit_triage: () => text('action'),
  };
  const summary = (Object.hasOwn(summaries, name) ? (summaries[name]?.() ?? '') : '').trim() || name;
  const line = (withoutSecrets(summary).split('\n', 1)[0] ?? '').trim();
  return storable(line.length > 120 ? `${line.slice(0, 119)}…` : line);
}
