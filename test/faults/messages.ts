/** Every message in every state, whatever happens to the worker process around it: a table with the violations. */
import { LIVES, type Life, type MessageCase, playRound, STATES, statesOf } from './message-round.ts';
import { type MessageRow, ROWS } from './message-rows.ts';
import { type MessageStage, openMessageStage } from './message-stage.ts';
import { SCRIPT } from './scenes.ts';

export interface MessagesOptions {
  /** Lives with one of these names, and rows whose name has one of the others in it; all by default. */
  readonly only?: readonly string[];
  /** Stages side by side. */
  readonly lanes: number;
  readonly signal: AbortSignal;
}

interface Round {
  readonly life: Life;
  readonly cases: readonly Pick<MessageCase, 'row' | 'state'>[];
}

/** Small rounds, so that what a case waits for is its own work and not that of many others. */
const ROWS_A_ROUND = 6;

/** Returns the number of violations. */
export async function runMessages({ only, lanes, signal }: MessagesOptions): Promise<number> {
  const began = performance.now();
  const lives = LIVES.filter((life) => only?.includes(life));
  const parts = only?.filter((part) => !lives.some((life) => life === part)) ?? [];
  const rows = ROWS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
  if (rows.length === 0) throw new Error(`No message is called so; there are:\n${namesOf(ROWS)}`);
  const rounds = (lives.length === 0 ? LIVES : lives).flatMap((life) =>
    roundsOf(rows).map((cases) => ({ life, cases })),
  );
  const played = await playRounds(rounds, lanes, signal);
  const bad = played.filter(({ problems }) => problems.length > 0);
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.log(`\n${messageTable(rows, played)}\n`);
  console.log(`${played.length} cases in ${minutes} minutes, ${bad.length} with a violation`);
  return signal.aborted ? Math.max(1, bad.length) : bad.length;
}

/** Spread, so that each round has something of each scene. */
function roundsOf(rows: readonly MessageRow[]): Round['cases'][] {
  const count = Math.ceil(rows.length / ROWS_A_ROUND);
  const isIn = (round: number) => (_: MessageRow, index: number) => index % count === round;
  return Array.from({ length: count }, (_, round) =>
    rows.filter(isIn(round)).flatMap((row) => statesOf(row).map((state) => ({ row, state }))),
  );
}

async function playRounds(rounds: readonly Round[], lanes: number, signal: AbortSignal): Promise<MessageCase[]> {
  const began = performance.now();
  const queue = [...rounds];
  const played: MessageCase[] = [];

  async function play(): Promise<void> {
    const stage = await openMessageStage();
    stage.play(SCRIPT);
    try {
      for (let round = queue.shift(); round !== undefined && !signal.aborted; round = queue.shift()) {
        const cases = await playTwice(stage, round);
        played.push(...cases);
        tell(round.life, cases, rounds.length - queue.length, rounds.length, performance.now() - began);
      }
    } finally {
      await stage.close();
    }
  }

  await Promise.all(Array.from({ length: Math.min(lanes, rounds.length) }, play));
  return played;
}

/** A case that only took too long, while many others were at work, is played again alone before it counts. */
async function playTwice(stage: MessageStage, { life, cases }: Round): Promise<MessageCase[]> {
  const played = await playRound(stage, life, cases);
  const isLate = ({ problems }: MessageCase) => problems.length > 0 && !problems.some((line) => BROKEN.test(line));
  const late = played.filter(isLate);
  if (late.length === 0) return played;
  for (const { row, state, problems } of late) console.log(`– again: ${row.name}, ${state}: ${problems.join('; ')}`);
  return [...played.filter((one) => !isLate(one)), ...(await playRound(stage, life, late))];
}

const BROKEN = /does not replay|workflow task of/;

function tell(life: Life, cases: readonly MessageCase[], done: number, of: number, ms: number): void {
  const bad = cases.filter(({ problems }) => problems.length > 0);
  const mark = bad.length === 0 ? '✓' : '✖';
  const told = `${cases.length} cases, ${bad.length} bad`;
  console.log(`${mark} ${life}: ${told} (${done} of ${of} rounds begun, ${(ms / 60_000).toFixed(1)} min)`);
  for (const { row, state, problems } of bad) console.log(`    ${row.name}, ${state}: ${problems.join('\n      ')}`);
}

/** A row a message, a column a life; in it a mark for each state in the order of STATES. */
function messageTable(rows: readonly MessageRow[], played: readonly MessageCase[]): string {
  const mark = (row: MessageRow, life: Life): string =>
    statesOf(row)
      .map((state) => played.find((one) => one.row === row && one.life === life && one.state === state))
      .map((one) => (one === undefined ? '–' : one.problems.length === 0 ? '✓' : '✗'))
      .join('');
  return [
    `In each cell: ${STATES.join(', ')}.`,
    '',
    `| message (scene) | ${LIVES.join(' | ')} |`,
    `|---|${LIVES.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.name} | ${LIVES.map((life) => mark(row, life)).join(' | ')} |`),
  ].join('\n');
}

const namesOf = (rows: readonly MessageRow[]): string => rows.map(({ name }) => `  ${name}`).join('\n');
