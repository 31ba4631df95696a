/** Follows an epic to its end: a picture that is repainted in a terminal, lines of what changed elsewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { epicNow, isAtRest, isFinal, isNewInLine } from '../api/client/epic-now.ts';
import { type Standstill, standstillWords } from '../api/client/standstill.ts';
import { type Api, type Epic, type HumanRequest, isUnreachable, readEpic } from './api.ts';
import { followEpic } from './epic-changes.ts';
import { CommandFailure, EXIT } from './exit.ts';
import type { Output } from './output.ts';
import {
  clip,
  epicLines,
  failureLine,
  holdText,
  pauseLines,
  progressLine,
  requestLines,
  retryLine,
  unappliedLine,
} from './render.ts';

const AGAIN_AFTER_MS = 400;
/** Of progress and retries there are no events, since only Temporal knows of them. */
const LOOK_EVERY_MS = 3_000;
/** The API comes back within seconds of a crash; longer silence is an outage. */
const PATIENCE_MS = 60_000;

export interface WatchOptions {
  /** Called once for each question to a person while it is open. */
  readonly onRequest?: (request: HumanRequest) => Promise<void>;
  /** Aborted when the API is stopped on request: watching then ends with the first look that fails. */
  readonly stopping?: AbortSignal;
}

/**
 * Ends with the epic's last state. The first look must succeed; later ones may fail for a minute. The epic is read when
 * the API says that it changed, and now and then while something runs; where it says nothing, again and again.
 */
export async function watchEpic(
  api: Api,
  out: Output,
  id: string,
  { onRequest, stopping }: WatchOptions = {},
): Promise<Epic> {
  const asked = new Set<string>();
  const show = out.interactive ? createPicture(out) : createLines(out);
  const changes = followEpic(api, id);
  const look = createLook(api, id, stopping);
  try {
    for (;;) {
      const epic = await look();
      if (epic !== undefined) show(epic, changes.standstill());
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

/** Reads the epic, for as long as it takes once it could be read; nothing before it has recorded anything. */
function createLook(api: Api, id: string, stopping?: AbortSignal): () => Promise<Epic | undefined> {
  let hasAnswered = false;
  return async () => {
    const began = Date.now();
    for (;;) {
      try {
        const epic = await readEpic(api, id);
        hasAnswered = true;
        return epic;
      } catch (error) {
        // An API that is being stopped does not come back.
        if (!hasAnswered || !isUnreachable(error) || stopping?.aborted === true) throw error;
        if (Date.now() - began > PATIENCE_MS) throw endOfWatch(error, id);
      }
      await sleep(AGAIN_AFTER_MS);
    }
  };
}

/** The epic does not end with its watching, which a person may well think. */
function endOfWatch({ exitCode, message, code }: CommandFailure, id: string): CommandFailure {
  const words = `No answer for ${PATIENCE_MS / 1_000} s, so watching ends; the epic does not: it goes on by itself, at the latest when all parts are back.`;
  return new CommandFailure(exitCode, `${message}\n${words} Watch it again: bin/factory watch ${id}`, code);
}

/** Fails for an epic that ended without its work being merged. */
export function exitCodeOf({ state, id, failure }: Epic): number {
  if (state === 'COMPLETED') return EXIT.ok;
  const reason = failure === null ? '' : `: ${failure.message}`;
  throw new CommandFailure(EXIT.failed, `Epic ${id} is ${state}${reason}`, failure?.type ?? 'EpicFailed');
}

/** Paints over what was painted before; lines are cut, since a wrapped one would be counted wrong. */
function createPicture(out: Output) {
  let painted = 0;
  return (epic: Epic, standstill: Standstill | null): void => {
    const { columns = 80, rows = 24 } = out.stdout;
    const all = [
      ...standstillLines(standstill).map((line) => out.colors.yellow(line)),
      ...epicLines(epic, out.colors, Date.now()),
    ].map((line) => clip(line, columns - 1));
    const lines = isFinal(epic.state) ? all : all.slice(0, Math.max(1, rows - 1));
    const up = painted === 0 ? '' : `\u001B[${painted}A`;
    out.stdout.write(`${up}\u001B[0J${lines.join('\n')}\n`);
    painted = lines.length;
  };
}

/** One line for each thing that is not as it was; with --json one epic a line. */
function createLines(out: Output) {
  let known = new Set<string>();
  return (epic: Epic, standstill: Standstill | null): void => {
    const lines = [...standstillLines(standstill), ...facts(epic, out, Date.now())];
    const news = lines.filter((line) => !known.has(line));
    known = new Set(lines);
    if (news.length > 0) out.event(epic);
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
  ];
}
