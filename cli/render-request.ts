/** How a question to a person looks in a terminal: its words, where to look, and the commands that answer it. Pure. */
import { IN_WORDS } from '../workflows/contract/in-words.ts';
import type { Epic, HumanRequest } from './api.ts';
import type { Output } from './output.ts';

type Colors = Output['colors'];

/** A question in its parts. */
export interface RequestParts {
  readonly title: string;
  /** The rest of the question. */
  readonly words: readonly string[];
  readonly commands: readonly string[];
}

type OfEpic = Pick<Epic, 'mirror' | 'pullRequests'>;

/** A question with where to look, and the command that answers it. */
export const requestLines = (request: HumanRequest, colors: Colors, epic?: OfEpic): string[] =>
  allLines(requestParts(request, colors, epic));

export const allLines = ({ title, words, commands }: RequestParts): string[] => [title, ...words, ...commands];

export function requestParts(request: HumanRequest, colors: Colors, epic?: OfEpic): RequestParts {
  const { kind, question } = request;
  const [first = '', ...more] = question.trim().split('\n');
  return {
    title: `${colors.magenta('?')} ${colors.bold(`${kind}: ${first}`)}`,
    words: more.map((line) => `    ${line}`),
    commands: [
      ...(request.headSha === null ? [] : [`commit ${request.headSha}`]),
      ...lookLines(request, epic),
      answerCommand(request),
    ].map((line) => colors.dim(`    ${line}`)),
  };
}

/** How to see what waits for approval. */
function lookLines(request: HumanRequest, epic?: OfEpic) {
  const { epicId, requestId, pullRequest, headSha } = request;
  if (headSha === null) return [];
  const base = request.base ?? epic?.pullRequests.find((one) => one.number === pullRequest)?.base;
  const mirror = epic?.mirror ?? null;
  return [
    `look at it: bin/factory diff ${epicId}${isOneOfMany(request) ? ` --request ${requestId}` : ''}`,
    ...(mirror === null || base === undefined
      ? []
      : [`        or: git -C ${mirror} diff ${base}...${headSha.slice(0, 12)}`]),
  ];
}

/** Tasks may ask side by side; the epic itself asks one thing at a time. */
const isOneOfMany = ({ kind }: HumanRequest): boolean => kind === 'protected-paths' || kind === 'weakened-tests';

function answerCommand(request: HumanRequest): string {
  const { epicId, requestId, kind, options, taskKey, budgetUnit } = request;
  if (options.includes('approve')) {
    const which = isOneOfMany(request) ? ` --request ${requestId}` : '';
    const others = options.filter((option) => option !== 'approve' && option !== 'reject');
    const other = others.length === 0 ? '' : `, or bin/factory respond ${epicId} ${requestId} ${choice(others)}`;
    return `bin/factory approve ${epicId}${which}, or bin/factory reject ${epicId}${which} --comment "…"${other}`;
  }
  if (kind === 'budget') {
    const whose = taskKey === null ? epicId : `${epicId}.${taskKey}`;
    const cap = budgetUnit === 'tokens' ? '--tokens <new cap in tokens>' : '<new cap in USD>';
    return `bin/factory budget raise ${whose} ${cap}`;
  }
  if (kind === 'agent-question') return `bin/factory answer ${epicId} ${requestId} ${answerHint(options)}`;
  const words = options.includes('change') ? ' --answer "…"' : '';
  return `bin/factory respond ${epicId} ${requestId} ${choice(options)}${words}`;
}

/** One of them, as a usage names it. */
const choice = (options: readonly string[]): string =>
  options.length === 1 ? `${options[0]}` : `<${options.join('|')}>`;

/** `"REST", "gRPC" or "…"` */
function answerHint(options: readonly string[]): string {
  const own = options.filter((option) => option !== IN_WORDS).map((option) => `"${option}"`);
  return own.length === 0 ? '"…"' : `${own.join(', ')} or "…"`;
}
