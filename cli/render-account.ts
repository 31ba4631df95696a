/** How the account of an epic looks in a terminal: chapters, a line a step, and what was said about it. Pure. */
import { accountSummary, peopleWords } from '../api/client/account-words.ts';
import type { Answer } from '../api/client/index.ts';
import type { Output } from './output.ts';
import { duration } from './render.ts';

type Colors = Output['colors'];
type Account = Answer<'Account'>;
type Chapter = Account['chapters'][number];
type Step = Chapter['steps'][number];

/** Characters of a reason; `factory logs` and --json have all of it. */
const MOST_CHARACTERS = 300;

export function accountLines(account: Account, colors: Colors): string[] {
  const { epicId, from, to, chapters } = account;
  if (from === null || to === null) return ['The decision log has nothing about it.'];
  return [
    `${colors.bold(epicId)}: from ${dayAndTime(from)} to ${dayAndTime(to)} UTC`,
    `  ${accountSummary(account)}`,
    ...(account.people.length === 0 ? [] : [`  People who decided: ${peopleWords(account)}.`]),
    ...chapters.flatMap((chapter) => ['', ...chapterLines(chapter, colors)]),
  ];
}

function chapterLines({ title, outcome, steps }: Chapter, colors: Colors): string[] {
  let day = '';
  const lines = steps.flatMap((step) => {
    const today = step.at.slice(0, 10);
    const isNew = today !== day;
    day = today;
    return [...(isNew ? [`  ${colors.dim(today)}`] : []), ...stepLines(step, colors)];
  });
  return [`${colors.bold(title)}${outcome === null ? '' : ` (${outcome})`}`, ...lines];
}

function stepLines({ at, lastAt, times, text, reason, answer, kind }: Step, colors: Colors): string[] {
  const again = times === 1 ? '' : colors.dim(` ${times} times, the last at ${time(lastAt)}`);
  const asked = kind === 'question' && answer === null ? colors.yellow(' (no answer in the log)') : '';
  return [
    `  ${colors.dim(time(at))}  ${painted(kind, text, colors)}${again}${asked}`,
    ...said(reason).map((words) => `            ${colors.dim(words)}`),
    ...(answer === null ? [] : answerLines(at, answer, colors)),
  ];
}

function answerLines(askedAt: string, { at, by, decision, words }: NonNullable<Step['answer']>, colors: Colors) {
  const after = duration(Date.parse(at) - Date.parse(askedAt));
  const day = at.slice(0, 10) === askedAt.slice(0, 10) ? '' : `${at.slice(0, 10)} `;
  return [
    `  ${colors.dim(`${day}${time(at)}`)}  ${by} answered: ${colors.bold(decision)}, after ${after}`,
    ...said(words).map((line) => `            ${colors.dim(line)}`),
  ];
}

function painted(kind: string, text: string, colors: Colors): string {
  if (kind === 'failure') return colors.red(text);
  return kind === 'retry' || kind === 'refusal' ? colors.yellow(text) : text;
}

/** On one line, since a reason may be the output of a command. */
function said(words: string): string[] {
  const line = words.replace(/\s+/g, ' ').trim();
  if (line === '') return [];
  return [line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS).trimEnd()}…` : line];
}

const time = (at: string): string => at.slice(11, 19);
const dayAndTime = (at: string): string => `${at.slice(0, 10)} ${time(at)}`;
