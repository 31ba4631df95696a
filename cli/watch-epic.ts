/** Follows an epic to its end: a picture that is repainted in a terminal, lines of what changed elsewhere. */
import { epicNow, isAtRest, isFinal, isNewInLine } from '../api/client/epic-now.ts';
import { type Standstill, standstillWords } from '../api/client/standstill.ts';
import { type Api, type Epic, type HumanRequest, readEpic } from './api.ts';
import { followEpic } from './epic-changes.ts';
import { CommandFailure, EXIT } from './exit.ts';
import type { Output } from './output.ts';
import { patiently } from './patience.ts';
import {
  againLines,
  epicLines,
  epicParts,
  failureLine,
  holdText,
  pauseLines,
  progressLine,
  retryLine,
  startingLine,
  unappliedLine,
} from './render.ts';
import { requestLines } from './render-request.ts';

/** Of progress and retries there are no events, since only Temporal knows of them. */
const LOOK_EVERY_MS = 3_000;

export interface WatchOptions {
  /** Called once for each question to a person while it is open. */
  readonly onRequest?: (request: HumanRequest) => Promise<void>;
  /** Aborted when the API is stopped on request: watching then ends with the first look that fails. */
  readonly stopping?: AbortSignal;
  /** How the command line is called where `bin/factory` would find another factory. */
  readonly factory?: string;
}

/** What is shown: the epic, or nothing but its id before it has recorded anything; and why nothing can go on. */
type Show = (seen: { readonly id: string; readonly epic?: Epic; readonly standstill: Standstill | null }) => void;

/**
 * Ends with the epic's last state. The first look must succeed, unless the API has answered this command before; later ones
 * may fail for a minute. The epic is read when the API says that it changed, and now and then while something runs; where it
 * says nothing, again and again.
 */
export async function watchEpic(
  api: Api,
  out: Output,
  id: string,
  { onRequest, stopping, factory = 'bin/factory' }: WatchOptions = {},
): Promise<Epic> {
  const asked = new Set<string>();
  const called = (line: string) => line.replaceAll('bin/factory', factory);
  // Only a terminal needs it: most of what takes time in a command is loading.
  const show: Show = out.interactive
    ? createPicture(out, called, await import('./picture.ts'))
    : createLines(out, called);
  const changes = followEpic(api, id);
  // The epic does not end with its watching, which a person may well think.
  const words = called(
    `so watching ends; the epic does not: it goes on by itself, at the latest when all parts are back. Watch it again: bin/factory watch ${id}`,
  );
  try {
    for (;;) {
      const epic = await patiently(api, { words, stopping }, () => readEpic(api, id));
      show({ id, ...(epic === undefined ? {} : { epic }), standstill: changes.standstill() });
      if (epic !== undefined && isFinal(epic.state)) return epic;
      for (const request of epic?.requests ?? []) {
        if (onRequest === undefined || asked.has(request.requestId)) continue;
        asked.add(request.requestId);
        await onRequest(request);
      }
      const mayRest = epic !== undefined && isAtRest(epic, Date.now());
      await changes.next(mayRest ? undefined : LOOK_EVERY_MS);
    }
  } finally {
    changes.end();
  }
}

/** Fails for an epic that ended without its work being merged. */
export function exitCodeOf({ state, id, failure }: Epic): number {
  if (state === 'COMPLETED') return EXIT.ok;
  const reason = failure === null ? '' : `: ${failure.message}`;
  throw new CommandFailure(EXIT.failed, `Epic ${id} is ${state}${reason}`, failure?.type ?? 'EpicFailed');
}

/** Paints over what was painted before. The rows of lines that wrap are counted, for a terminal that keeps its width. */
function createPicture(
  out: Output,
  called: (line: string) => string,
  { picture, rowsOfAll }: typeof import('./picture.ts'),
): Show {
  let painted = 0;
  return ({ id, epic, standstill }) => {
    // A pseudo-terminal that nobody gave a size says 0.
    const [columns, rows] = [out.stdout.columns || 80, out.stdout.rows || 24];
    const before = standstillLines(standstill).map((line) => out.colors.yellow(line));
    const lines = [...before, ...epicIn(rows - 1 - rowsOfAll(before, columns))];
    const up = painted === 0 ? '' : `\u001B[${painted}A`;
    out.stdout.write(`${up}\u001B[0J${lines.join('\n')}\n`);
    painted = rowsOfAll(lines, columns);

    function epicIn(room: number): string[] {
      if (epic === undefined) return [startingLine(id)];
      // It stays on the screen, which may move for it.
      if (isFinal(epic.state)) return epicLines(epic, out.colors, Date.now()).map(called);
      const parts = epicParts(epic, out.colors, Date.now());
      return picture(parts, { columns, rows: room }, { colors: out.colors, called });
    }
  };
}

/** One line for each thing that is not as it was; with --json one epic a line. */
function createLines(out: Output, called: (line: string) => string): Show {
  let known = new Set<string>();
  return ({ id, epic, standstill }) => {
    const about = epic === undefined ? [startingLine(id)] : facts(epic, out, Date.now()).map(called);
    const lines = [...standstillLines(standstill), ...about];
    const news = lines.filter((line) => !known.has(line));
    known = new Set(lines);
    if (news.length > 0 && epic !== undefined) out.event(epic);
    const time = new Date().toISOString().slice(11, 19);
    for (const line of news) out.line(`${time} ${line}`);
  };
}

function standstillLines(standstill: Standstill | null): string[] {
  // A pause of the factory is told with the epic.
  if (standstill === null || standstill.cause === 'paused') return [];
  const { title, words } = standstillWords(standstill);
  return [`${title}. ${words}`];
}

function facts(recorded: Epic, { colors }: Output, now: number): string[] {
  const epic = epicNow(recorded, now);
  const passing = recorded.tasks.filter((task) => isNewInLine(task, now)).map(({ key }) => key);
  const line = (name: string, part: Pick<Epic, 'phase' | 'hold' | 'failure'> & { state: string }) =>
    [
      name,
      part.state,
      part.phase,
      ...(part.hold === null ? [] : [holdText(part)]),
      ...(part.failure === null ? [] : [failureLine(part.failure)]),
    ].join('  ');
  return [
    ...pauseLines(epic.factoryPause),
    ...(isNewInLine(recorded, now) ? [] : [line(epic.id, epic)]),
    ...epic.tasks.filter(({ key }) => !passing.includes(key)).map((task) => line(`  ${task.key}`, task)),
    ...epic.retries.map((retry) => `  ${retryLine(retry)}`),
    ...epic.unapplied.map((message) => `  ${unappliedLine(message)}`),
    // A line each tenth: these stay on the screen.
    ...epic.progress.map((step) => `  ${progressLine(step).replace(/\d %$/, '0 %')}`),
    ...epic.pullRequests.map((pr) => `  pull request #${pr.number}  ${pr.head} → ${pr.base}  ${pr.state}`),
    ...epic.requests.map((request) => requestLines(request, colors, epic).join('\n         ')),
    ...againLines(epic).map((line) => `  ${line}`),
  ];
}
