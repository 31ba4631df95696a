/** A tool call in words: what it asks for, how it ended, and how much it returned. Pure. */
import type { ToolCall } from '../data/transcript-pages.ts';
import { count } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

const SUMMARY_LENGTH = 160;

/** One line that says what was asked for. */
export function summaryOf({ name, input }: Pick<ToolCall, 'name' | 'input'>): string {
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Fields;
  const words = wordsOf(name, fields).trim() || (JSON.stringify(input) ?? '');
  const lines = words.split('\n');
  const first = (lines[0] ?? '').trim();
  const more = lines.length > 1 ? ` … ${count(lines.length - 1, 'more line')}` : '';
  return first.length > SUMMARY_LENGTH ? `${first.slice(0, SUMMARY_LENGTH - 1)}…` : `${first}${more}`;
}

function wordsOf(name: string, input: Fields): string {
  const text = (key: string) => (typeof input[key] === 'string' ? input[key] : '');
  switch (name) {
    case 'bash':
      return input.restart === true ? 'restarts the shell' : text('command');
    case 'str_replace_based_edit_tool':
      return `${text('command')} ${text('path')}${rangeOf(input.view_range)}`;
    case 'send_mail':
      return `to ${text('to')}: ${text('subject')}`;
    case 'log_decision':
      return text('decision');
    case 'ask_human':
      return text('question') || (Array.isArray(input.questions) ? input.questions.join(' ') : '');
    case 'submit_plan':
      return count(Array.isArray(input.tasks) ? input.tasks.length : 0, 'task');
    case 'submit_work':
      return text('nothingToDo') === '' ? text('commitMessage') : `nothing to do: ${text('nothingToDo')}`;
    case 'submit_review':
      return `${text('verdict').replace('_', ' ')}: ${text('summary')}`;
    default:
      return '';
  }
}

const rangeOf = (range: unknown): string =>
  Array.isArray(range) && range.length === 2 ? `, lines ${range[0]} to ${range[1] === -1 ? 'the end' : range[1]}` : '';

interface InputPart {
  readonly label: string;
  readonly text: string;
  /** Fits into one line. */
  readonly isShort: boolean;
}

const SHORT_LENGTH = 100;

/** Each field of the input with its text, whole. */
export function inputParts(input: unknown): InputPart[] {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return Object.entries(isObject ? input : { input }).map(([name, value]) => {
    const line = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    const hasLines = line.includes(typeof value === 'string' ? '\n' : '\\n');
    const isShort = line.length <= SHORT_LENGTH && !hasLines;
    return { label: name.replaceAll('_', ' '), text: isShort ? line : outline(value), isShort };
  });
}

/** Nested values as an indented list, since JSON would hide the lines of their texts. */
function outline(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Array.isArray(value)
    ? value.map((item) => ['-', item] as const)
    : Object.entries(value).map(([name, item]) => [`${name}:`, item] as const);
  return entries.map(([name, item]) => entryText(name, outline(item), Array.isArray(item))).join('\n');
}

function entryText(name: string, text: string, isList: boolean): string {
  if (text === '' || !(isList || text.includes('\n'))) return `${name} ${text}`.trimEnd();
  const indented = text.replaceAll('\n', '\n  ');
  return name === '-' ? `- ${indented}` : `${name}\n  ${indented}`;
}

export const isFailed = ({ isError, exitCode }: Pick<ToolCall, 'isError' | 'exitCode'>): boolean =>
  isError === true || (exitCode !== null && exitCode !== 0);

/** How a call stands. An agent that has ended waits for no result any more. */
export function outcomeOf(call: ToolCall, isOver: boolean): string {
  if (isFailed(call)) return call.exitCode === null ? 'error' : `exit ${call.exitCode}`;
  if (call.output !== null || call.finishedAt !== null) return 'done';
  if (isOver) return 'no result';
  return call.startedAt === null ? 'not started' : 'running';
}

/** "3.4 kB, 120 lines" */
export function sizeOf(text: string): string {
  return `${bytesOf(text.length)}, ${count(text.trimEnd().split('\n').length, 'line')}`;
}

function bytesOf(length: number): string {
  if (length < 1_000) return `${length} B`;
  return length < 1_000_000 ? `${(length / 1_000).toFixed(1)} kB` : `${(length / 1_000_000).toFixed(1)} MB`;
}

const PREVIEW_LINES = 3;

/** The end of what a failed call printed: it says what went wrong more often than the beginning. */
export const endOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-PREVIEW_LINES)
    .join('\n');
