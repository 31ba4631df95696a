/** How a turn of an agent looks in a terminal: what it was told, what it said, what its tools did. */
import type { Answer } from '../api/client/index.ts';
import type { Output } from './output.ts';
import { money } from './render.ts';

type Transcript = Answer<'Transcript'>;
type Turn = Transcript['turns'][number];

/** A person reads the beginning of an output; `--json` has all of it. */
const SHOWN_LINES = 12;

interface Look {
  readonly colors: Output['colors'];
  /** Whether a tool without a result may still run: no turn follows, and nobody knows of an end. */
  readonly mayRun: boolean;
}

export function turnLines(turn: Turn, briefs: Transcript['briefs'], { colors, mayRun }: Look): string[] {
  const indent = (text: string) => text.split('\n').map((line) => `  ${line}`);
  return [
    ...briefs.flatMap((brief) => [colors.magenta(`▸ ${brief.kind}`), ...indent(beginning(brief.body))]),
    colors.bold(`Turn ${turn.turn}`) +
      colors.dim(
        `  ${turn.model}  $${money(turn.costUsd)}  ${turn.stopReason}${turn.checkpoint === null ? '' : '  files kept'}`,
      ),
    ...textsOf(turn.content).flatMap(indent),
    ...turn.toolCalls.flatMap((call) => [
      colors.cyan(`  $ ${call.name} ${inputOf(call.input)}`),
      ...(call.output === null
        ? [colors.yellow(mayRun ? '  … runs, or was ended without a result' : '  … no result')]
        : indent(beginning(call.output)).map((line) => (call.isError ? colors.red(line) : colors.dim(line)))),
    ]),
    '',
  ];
}

/** The text blocks of an answer. */
function textsOf(content: unknown): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: { type?: string; text?: string }) =>
    block.type === 'text' && block.text ? [block.text] : [],
  );
}

function inputOf(input: unknown): string {
  const { command, path } = (input ?? {}) as { command?: unknown; path?: unknown };
  if (typeof path === 'string') return `${String(command)} ${path}`;
  return typeof command === 'string' ? command : JSON.stringify(input);
}

function beginning(text: string): string {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= SHOWN_LINES) return lines.join('\n');
  return [...lines.slice(0, SHOWN_LINES), `… ${lines.length - SHOWN_LINES} more lines`].join('\n');
}
