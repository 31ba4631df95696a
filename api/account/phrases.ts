/** Turns an entry of the decision log into the rest of a sentence that begins with its actor. Pure. */
import type { LogLine } from '../../db/reads/decisions.ts';
import { decisionWords } from '../client/log-words.ts';

type Said = Pick<LogLine, 'decision' | 'kind' | 'taskKey'>;
type Phrase = readonly [pattern: RegExp, say: (...parts: string[]) => string];

/** The entry's own words without the key of its task, which the account stands under. */
function bare({ decision, taskKey }: Said): string {
  if (taskKey === null || decision.startsWith('asks a person: ')) return decision;
  if (decision.startsWith(`review of ${taskKey}: `))
    return `review of the task: ${decision.slice(taskKey.length + 12)}`;
  if (decision.startsWith(`${taskKey}: `)) return decision.slice(taskKey.length + 2);
  if (decision.startsWith(`${taskKey} `)) return `the task ${decision.slice(taskKey.length + 1)}`;
  const [last] = [` ${taskKey}`].filter((end) => decision.endsWith(end));
  return (last === undefined ? decision : `${decision.slice(0, -last.length)} the task`).replace(
    ` of ${taskKey}`,
    ' of the task',
  );
}

const tasks = (number: string): string => (number === '1' ? 'one task' : `${number} tasks`);

/** The first that fits; they are anchored, since a decision can end with somebody's own words. */
const PHRASES: readonly Phrase[] = [
  [/^plan of (\d+) tasks$/, (number = '') => `planned ${tasks(number)}`],
  [/^plan revision (\d+)$/, (number) => `changed the plan (revision ${number})`],
  [/^planning failed \((.+)\)$/, (type) => `saw the planning fail (${type}) and had it done again`],
  [/^asks a person: (.+)$/, (kind) => `asked a person about ${aboutWords(kind)}`],
  [/^the task submitted ([0-9a-f]+)$/, (commit) => `handed in commit ${commit}`],
  [/^review of the task: approve$/, () => 'approved the change in review'],
  [/^review of the task: request_changes$/, () => 'asked for changes in review'],
  [/^the verification is red$/, () => 'found the verification red'],
  [/^the task goes back to its Worker$/, () => 'sent the task back to its Worker'],
  [/^attempt (\d+) of the task failed$/, (attempt) => `ended attempt ${attempt} as failed`],
  [/^the task failed: (.+)$/, (type) => `gave the task up (${type})`],
  [/^(?:the task|epic) (COMPLETED|FAILED|CANCELLED)$/, (state = '') => `closed it as ${state.toLowerCase()}`],
  [/^delivered$/, () => 'delivered the result'],
  [/^word \d+ to (\S+)$/, (to) => (to === 'epic' ? 'told all Workers' : 'told its Worker')],
  [
    /^read word \d+ by (.+) in turn (\d+) \((\S+)\)$/,
    (by, turn, agent) => `read what ${by} said, in turn ${turn} of ${agent}`,
  ],
  [/^(word|mail) \d+ by (.+) reached nobody$/, (what, by) => `found that a ${what} of ${by} reached nobody`],
  [/^mail \d+ to (\S+)$/, (to) => `wrote to ${to}`],
  [/^interrupt the task$/, () => 'interrupted what its agent did'],
  [/^interrupt$/, () => 'interrupted what the agents did'],
  [/^pause$/, () => 'paused the epic'],
  [/^resume$/, () => 'resumed the epic'],
  [/^pause the whole factory$/, () => 'paused the whole factory'],
  [/^resume the whole factory$/, () => 'resumed the whole factory'],
  [/^cancel the epic$/, () => 'cancelled the epic'],
  [/^budget set to (.+)$/, (cap) => `set the budget to ${cap}`],
  [/^budget of the task set to (.+)$/, (cap) => `set the task’s budget to ${cap}`],
  [/^add task (.+)$/, () => 'added the task'],
  [/^(retry|skip|cancel) the task$/, (verb = '') => `decided to ${verb} it`],
  [/^(retry|skip|fail)$/, (verb = '') => `decided to ${verb} it`],
  [/^ask_human$/, () => 'left it to a person'],
  [/^add_task$/, () => 'asked for another task'],
  [/^the task goes back to turn (\d+)$/, (turn) => `took the task back to turn ${turn}`],
  [/^refused (\S+): (\S+)$/, (name, code) => `tried to ${triedWords(name)} and was refused (${code})`],
  [
    /^recorded (\S+) as (\S+)$/,
    (workflow, state = '') => `found ${workflow} closed, and recorded it as ${state.toLowerCase()}`,
  ],
];

const BY_KIND: Readonly<Record<string, string>> = {
  refusal: 'refused',
  failure: 'reported a failure',
  retry: 'tried again',
};

/** "found the verification red"; words of its own for what has no phrase, so that nothing is left out. */
export function phraseOf(entry: Said): string {
  // Whatever an agent writes is its own words, also where they look like an entry of the factory's.
  if (entry.kind === 'note') return `noted: “${entry.decision}”`;
  const words = bare(entry);
  for (const [pattern, say] of PHRASES) {
    const [found, ...parts] = pattern.exec(words) ?? [];
    if (found !== undefined) return say(...parts);
  }
  return `${BY_KIND[entry.kind] ?? 'noted'}: ${decisionWords(words)}`;
}

/** Names of messages, as verbs. */
const TRIED: Readonly<Record<string, string>> = {
  ...{ respond: 'answer', approve: 'approve', reject: 'reject', pause: 'pause the epic', resume: 'resume the epic' },
  ...{ cancelTask: 'cancel a task', retryTask: 'retry a task', skipTask: 'skip a task', addTask: 'add a task' },
  ...{ revisePlan: 'change the plan', rewindTask: 'take a task back', raiseBudget: 'raise the budget' },
  ...{ interruptTask: 'interrupt a task', interrupt: 'interrupt the epic' },
};
const triedWords = (name = ''): string => TRIED[name] ?? `send ${name}`;

const ABOUT: Readonly<Record<string, string>> = {
  plan: 'the plan',
  merge: 'the merge',
  'protected-paths': 'protected files',
  'weakened-tests': 'weakened tests',
  conflict: 'a conflict',
  budget: 'the budget',
  'failed-task': 'the failed task',
  question: 'what to do',
  'agent-question': 'a question of an agent',
};

/** The subject of a question, by its kind. */
export const aboutWords = (kind = ''): string => ABOUT[kind] ?? kind;
