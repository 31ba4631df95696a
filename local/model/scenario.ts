/**
 * A scenario: what the scripted model answers for chosen epics, as YAML or JSON. Whatever it leaves out, the
 * default brain answers (default-turn.ts), so a scenario only tells what is particular.
 *
 *     epics:
 *       - title: Teach the shop to ship          # the epic's exact title
 *         plan:                                  # nth round of planning: the first, then one per feedback
 *           - - text: I look at the code first.
 *               tools:
 *                 - { tool: bash, input: { command: git log --oneline } }
 *             - tools:
 *                 - tool: submit_plan
 *                   input: { tasks: [{ key: slugs, title: Make slugs, acceptance: [npm test passes], dependsOn: [] }] }
 *         correspond:                            # nth time that the Orchestrator answers mail
 *           - - tools: [{ tool: send_mail, input: { to: task/slugs, subject: Yes, body: Do it. } }]
 *             - text: That is all.
 *         tasks:
 *           slugs:
 *             implement:         [[turn, turn], …]   # a Worker's first opening; the nth list is its nth attempt
 *             verification:      [[turn, …], …]      # nth red verification of one Worker
 *             changes-requested: [[turn, …], …]      # nth review that asked for changes
 *             conflict:          [[turn, …], …]      # nth merge conflict
 *             checks:            [[turn, …], …]      # nth time that the pull request's checks were red
 *             feedback:          [[turn, …], …]      # nth rejected merge that came back
 *             guidance:          [[turn, …], …]      # nth time that the Supervisor sent it back
 *             review:            [[turn, …], …]      # nth review of the task
 *             triage:            [[turn, …], …]      # nth failure that the Supervisor judges
 *
 * A round is a list of turns; a turn is `{ text?, tools?: [{ tool, input }], think?, fault? }`. Turn k answers the kth
 * request of its round; a round whose turns are used up repeats its last one (after a nudge or a refused submission).
 * A round that the scenario does not have is answered by the default brain. `think: true` lets the turn begin with a
 * signed thinking block (without it, every third turn does). `fault` ends the turn as `max_tokens`, `refusal`,
 * `pause_turn` or `model_context_window_exceeded`.
 * A `submit_review` without `earlier` settles all earlier findings when it approves, and none otherwise; one without
 * `criteria` has looked at the change, and calls each criterion met when it approves, and the first not met otherwise.
 * Every string in `text` and `input` may hold {{epic.id}}, {{epic.title}}, {{epic.slug}}, {{task.key}}, {{task.title}},
 * {{round}} and, in conflict rounds, {{files}} (the conflicted paths, each quoted for the shell, with spaces between);
 * an unknown name in braces is an error. Unknown keys are refused, so that a typo is found.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { TALKING_TOOLS } from '../../workflows/contract/talk.ts';

export const SoftFault = z.enum(['max_tokens', 'refusal', 'pause_turn', 'model_context_window_exceeded']);
export type SoftFault = z.infer<typeof SoftFault>;

const ToolCall = z.strictObject({
  tool: z.enum([
    'bash',
    'str_replace_based_edit_tool',
    ...TALKING_TOOLS,
    'submit_plan',
    'submit_work',
    'submit_review',
    'submit_triage',
  ]),
  input: z.record(z.string(), z.unknown()),
});
export const Turn = z.strictObject({
  text: z.string().min(1).optional(),
  tools: z.array(ToolCall).default([]),
  think: z.boolean().optional(),
  fault: SoftFault.optional(),
});
export type Turn = z.infer<typeof Turn>;

const Rounds = z.array(z.array(Turn).min(1)).default([]);
const TaskScenario = z.strictObject({
  implement: Rounds,
  verification: Rounds,
  'changes-requested': Rounds,
  conflict: Rounds,
  checks: Rounds,
  feedback: Rounds,
  guidance: Rounds,
  review: Rounds,
  triage: Rounds,
});
const EpicScenario = z.strictObject({
  title: z.string().min(1),
  plan: Rounds,
  correspond: Rounds,
  tasks: z.record(z.string(), TaskScenario).default({}),
});
export const Scenario = z.strictObject({ epics: z.array(EpicScenario) });
export type Scenario = z.infer<typeof Scenario>;
export type TaskRound = keyof z.infer<typeof TaskScenario>;

/** What a request says about where it stands; read from its messages by situation.ts. */
export interface Situation {
  readonly epic: { readonly id: string; readonly title: string; readonly description: string };
  readonly task?: { readonly key: string; readonly title: string };
  readonly kind: 'plan' | 'correspond' | TaskRound;
  /** The nth round of this kind, from 1. */
  readonly round: number;
  /** The nth request of this round, from 1. */
  readonly turn: number;
  /** Requests of the whole transcript so far, from 1. */
  readonly turnOfTranscript: number;
  /** Conflicted paths, in a conflict round. */
  readonly files: readonly string[];
  /** Numbers of the findings of earlier reviews, in a review. */
  readonly findings?: readonly string[];
  /** Addresses of those whose mail opens the turn. */
  readonly writers?: readonly string[];
  /** How many acceptance criteria a review is asked about. */
  readonly criteria?: number;
}

/** Reads a scenario file; a mistake is an error that names the file and the key. */
export async function loadScenario(path: string): Promise<Scenario> {
  const scenario = Scenario.safeParse(parse(await readFile(path, 'utf8')));
  if (!scenario.success) throw new Error(`The scenario ${path} is not valid:\n${z.prettifyError(scenario.error)}`);
  return scenario.data;
}

/** The turn that the scenario has for a situation, filled in; undefined leaves it to the default brain. */
export function scenarioTurn(scenario: Scenario | undefined, situation: Situation): Turn | undefined {
  const epic = scenario?.epics.find((candidate) => candidate.title === situation.epic.title);
  if (epic === undefined) return undefined;
  const turns = roundsOf(epic, situation)[situation.round - 1];
  const turn = turns?.[Math.min(situation.turn, turns.length) - 1];
  return turn === undefined ? undefined : (filled(turn, situation) as Turn);
}

function roundsOf(epic: Scenario['epics'][number], { kind, task }: Situation): readonly (readonly Turn[])[] {
  if (kind === 'plan' || kind === 'correspond') return epic[kind];
  return epic.tasks[task?.key ?? '']?.[kind] ?? [];
}

/** Replaces {{names}} in every string of a value. */
function filled(value: unknown, situation: Situation): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\{\{([^{}]*)\}\}/g, (_, name) => lookUp(name.trim(), situation));
  if (Array.isArray(value)) return value.map((item) => filled(item, situation));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, situation)]));
}

function lookUp(name: string, { epic, task, round, files }: Situation): string {
  const values: Record<string, string | undefined> = {
    'epic.id': epic.id,
    'epic.title': epic.title,
    'epic.slug': slug(epic.title),
    'task.key': task?.key,
    'task.title': task?.title,
    round: String(round),
    files: files.map(shellQuoted).join(' '),
  };
  const value = values[name];
  if (value === undefined) throw new Error(`The scenario uses {{${name}}}, which a round of this kind does not have`);
  return value;
}

/** A title as a part of a file name. */
export function slug(title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 40).replace(/-$/, '') || 'epic';
}

/** One shell word, whatever the text holds. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
