/** The account of an epic: its decision log in chapters that somebody who was away can read. Pure. */
import type { z } from 'zod';
import type { LogLine } from '../../db/reads/decisions.ts';
import { actorWords, isPerson } from '../client/log-words.ts';
import type { Account as AccountSchema } from '../schemas/account.ts';
import { phraseOf } from './phrases.ts';
import { pairQuestions, type Questions } from './questions.ts';

type Account = Omit<z.infer<typeof AccountSchema>, 'epicId'>;
type Chapter = Account['chapters'][number];
type Step = Chapter['steps'][number];

export interface Scope {
  readonly taskKey?: string | undefined;
  /** Only steps of which something happened at or after this time. */
  readonly since?: string | undefined;
}

/** `lines` is the whole log in the order of time: what came before `since` says what an answer was about. */
export function accountOf(lines: readonly LogLine[], { taskKey, since = '' }: Scope = {}): Account {
  const questions = pairQuestions(lines);
  const chapters = [...chaptersOf(lines)]
    .filter(([, { key }]) => taskKey === undefined || key === taskKey)
    .map(([title, { key, of }]) => ({
      title,
      taskKey: key,
      outcome: outcomeOf(of),
      steps: stepsOf(of, questions).filter((step) => lastOf(step) >= since),
    }))
    .filter(({ steps }) => steps.length > 0);
  const told = new Set(chapters.flatMap(({ steps }) => steps.flatMap(({ entries }) => entries)));
  const shown = lines.filter(({ id, at }) => told.has(id) && at >= since);
  return {
    from: shown[0]?.at ?? null,
    to: shown.at(-1)?.at ?? null,
    outcome: outcomeOf(lines.filter((line) => line.taskKey === null)),
    tasks: tally(chapters.flatMap(({ taskKey: key, outcome }) => (key === null ? [] : [outcome ?? 'open']))),
    counts: countsOf(shown, chapters),
    people: peopleOf(shown),
    chapters,
  };
}

const PLAN = /^plan of \d+ tasks$/;

/** The epic's way to its plan, then each task as it began, then what the epic did with all of them. */
function chaptersOf(lines: readonly LogLine[]): Map<string, { key: string | null; of: LogLine[] }> {
  const chapters = new Map<string, { key: string | null; of: LogLine[] }>();
  const plannedAt = lines.findIndex(
    ({ taskKey, kind, decision }) => taskKey === null && kind !== 'note' && PLAN.test(decision),
  );
  const isPlanning = (line: LogLine, index: number) => line.taskKey === null && index <= plannedAt;
  const add = (title: string, line: LogLine) => {
    const chapter = chapters.get(title) ?? { key: line.taskKey, of: [] };
    chapter.of.push(line);
    chapters.set(title, chapter);
  };
  for (const [index, line] of lines.entries()) if (isPlanning(line, index)) add('Planning', line);
  for (const line of lines) if (line.taskKey !== null) add(`Task ${line.taskKey}`, line);
  for (const [index, line] of lines.entries()) {
    if (line.taskKey === null && !isPlanning(line, index)) add('The epic as a whole', line);
  }
  return chapters;
}

const ENDED = /^(?:\S+|recorded \S+ as) (COMPLETED|FAILED|CANCELLED)$/;
const RECORDED_AGENT = /^recorded agent-/;
const DECIDED = /^(?:\S+: )?(retry|resolve|skip)(?: \S+)?$/;

/** The outcome by the log's last entry about the end; null when something was tried again after it. */
function outcomeOf(lines: readonly LogLine[]): string | null {
  let outcome: string | null = null;
  for (const { actor, kind, decision } of lines) {
    // An agent's words, or an answer in words that an agent offered.
    if (kind === 'note' || decision.startsWith('agent-question: ')) continue;
    const [, state] = (actor === 'factory' && !RECORDED_AGENT.test(decision) && ENDED.exec(decision)) || [];
    const [, choice] = DECIDED.exec(decision) ?? [];
    if (state !== undefined) outcome = state.toLowerCase();
    else if (choice !== undefined) outcome = choice === 'skip' ? 'skipped' : null;
  }
  return outcome;
}

function stepsOf(lines: readonly LogLine[], questions: Questions): Step[] {
  const steps: Step[] = [];
  for (const line of lines) {
    if (questions.answering.has(line.id)) continue;
    const step = stepOf(line, questions);
    const before = steps.at(-1);
    if (before === undefined || !isSaidAgain(before, step)) steps.push(step);
    else steps[steps.length - 1] = repeated(before, step);
  }
  return steps;
}

function stepOf(line: LogLine, { answers }: Questions): Step {
  const { id, at, actor, kind, reason } = line;
  const text = `${actorWords(actor)} ${phraseOf(line)}`;
  const own = { at, lastAt: at, times: 1, actor, text, reason, entries: [id], kind, answer: null };
  if (!answers.has(id)) return own;
  const answered = answers.get(id);
  if (answered === undefined) return { ...own, kind: 'question' };
  const { line: said, decision } = answered;
  const words = said.reason === reason ? '' : said.reason;
  const answer = { at: said.at, by: said.actor, decision, words };
  return { ...own, kind: 'question', entries: [id, said.id], answer };
}

const isSaidAgain = (before: Step, step: Step): boolean =>
  step.kind !== 'question' && before.kind === step.kind && before.text === step.text && before.reason === step.reason;

const repeated = (before: Step, step: Step): Step => ({
  ...before,
  lastAt: step.at,
  times: before.times + 1,
  entries: [...before.entries, ...step.entries],
});

const lastOf = ({ lastAt, answer }: Step): string => answer?.at ?? lastAt;

function countsOf(shown: readonly LogLine[], chapters: readonly Chapter[]): Account['counts'] {
  const asked = chapters.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'question'));
  const of = (kind: string) => shown.filter((line) => line.kind === kind).length;
  return {
    questions: asked.length,
    unanswered: asked.filter(({ answer }) => answer === null).length,
    retries: of('retry'),
    refusals: of('refusal'),
    failures: of('failure'),
  };
}

/** Refused attempts do not count as decisions. */
const peopleOf = (shown: readonly LogLine[]): Account['people'] =>
  Object.entries(tally(shown.flatMap(({ actor, kind }) => (isPerson(actor) && kind !== 'refusal' ? [actor] : []))))
    .map(([name, decisions]) => ({ name, decisions }))
    .toSorted((a, b) => b.decisions - a.decisions || a.name.localeCompare(b.name));

function tally(words: readonly string[]): Record<string, number> {
  const numbers = new Map<string, number>();
  for (const word of words) numbers.set(word, (numbers.get(word) ?? 0) + 1);
  return Object.fromEntries(numbers);
}
