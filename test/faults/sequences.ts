/** Random sequences of messages, deaths of the worker process and lost caches; what they leave must replay and end. */
import type { EpicView } from '../../workflows/contract/records.ts';
import { FINAL_STATES } from '../../workflows/contract/states.ts';
import { tasks } from '../workflows/answers.ts';
import { type MessageStage, openMessageStage } from './message-stage.ts';
import { createRandom, type Random } from './random.ts';
import { oneOf, say, saying, sayingsToEnd, takingPausesBack } from './sayings.ts';
import { callInTime, pause } from './times.ts';

export interface SequencesOptions {
  readonly count: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

interface Sequence {
  readonly id: string;
  readonly random: Random;
  view: EpicView | undefined;
  readonly said: string[];
  readonly problems: string[];
}

/** So many epics share a worker process, and die with it. */
const SIDE_BY_SIDE = 20;
const ROUNDS = 8;
const ANSWER_MS = 120_000;
/** From the last death on; much longer than it takes, since a slow machine is no violation. */
const END_MS = 600_000;

/** Returns the number of violations. */
export async function runSequences({ count, seed, signal }: SequencesOptions): Promise<number> {
  const began = performance.now();
  let bad = 0;
  let histories = 0;
  let said = 0;
  for (let first = 0; first < count && !signal.aborted; first += SIDE_BY_SIDE) {
    const numbers = Array.from({ length: Math.min(SIDE_BY_SIDE, count - first) }, (_, index) => first + index);
    const played = await playTogether(numbers, seed);
    histories += played.histories;
    for (const sequence of played.sequences) {
      said += sequence.said.length;
      if (sequence.problems.length === 0) continue;
      bad += 1;
      console.log(`✖ sequence ${sequence.id}: ${sequence.problems.join('\n    ')}\n    ${sequence.said.join(', ')}`);
    }
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    console.log(
      `${first + numbers.length} of ${count} sequences, ${said} messages, ${histories} histories, ${bad} bad, ${minutes} min`,
    );
  }
  return signal.aborted ? Math.max(1, bad) : bad;
}

async function playTogether(numbers: readonly number[], seed: number) {
  const random = createRandom(seed * 31 + (numbers[0] ?? 0));
  const slow = createRandom(seed + 1);
  const stage = await openMessageStage({
    // A record takes its time, so that messages meet it on its way.
    delayMs: (activity) => Math.floor(slow() * (activity.startsWith('record') ? 300 : 60)),
    // Every other batch continues as new again and again.
    ...(random() < 0.5 ? { suggestContinueAsNewAt: 100 } : {}),
  });
  stage.play({});
  try {
    const sequences = numbers.map((number): Sequence => {
      const own = createRandom(seed * 1_000_003 + number);
      return { id: `seq-${number}`, random: own, view: undefined, said: [], problems: [] };
    });
    for (const { id, random: own } of sequences) await stage.start(id, inputOf(id, own));
    for (let round = 0; round < ROUNDS; round += 1) {
      await playRound(stage, random, sequences);
    }
    await stage.process.stop();
    stage.process.start();
    await Promise.all(sequences.map((sequence) => end(stage, sequence)));
    const executions = await stage.executionsOf(new Set(sequences.map(({ id }) => id)));
    const problems = await stage.replay(executions);
    for (const { id, problems: own } of sequences) own.push(...(problems.get(id) ?? []), ...twice(stage, id));
    if (sequences.some((one) => one.problems.length > 0)) console.log(stage.process.said());
    const others = problems.get('supervisor') ?? [];
    if (others.length > 0) sequences[0]?.problems.push(...others);
    return { sequences, histories: executions.length };
  } finally {
    await stage.close();
  }
}

function inputOf(id: string, random: Random): object {
  return {
    title: id,
    tasks: tasks(random() < 0.4 ? { a: [] } : { a: [], b: random() < 0.5 ? ['a'] : [] }),
    requireApproval: oneOf(random, [[], ['plan'], ['merge'], ['plan', 'merge']]),
    budgetUsd: 1,
  };
}

/** Everybody says something; the worker process dies, stops or forgets before, after, both or not at all. */
async function playRound(stage: MessageStage, random: Random, sequences: readonly Sequence[]): Promise<void> {
  const { process } = stage;
  await Promise.all(
    sequences.map(async (sequence) => {
      sequence.view = await callInTime(stage.client, 5_000, () => stage.status(sequence.id)).catch(() => sequence.view);
    }),
  );
  const cached = oneOf(random, [0, 1, 4, 1_000, 1_000]);
  const speak = () => Promise.all(sequences.map((sequence) => speakUp(stage, sequence)));
  await pause(random() * 500);
  switch (oneOf(random, ['before', 'after', 'both', 'stopped', 'quiet'])) {
    case 'before':
    case 'both': {
      await process.kill();
      const spoken = speak();
      process.start(cached);
      await spoken;
      break;
    }
    case 'stopped': {
      let spoken: Promise<unknown> = Promise.resolve();
      await process.stop(() => {
        spoken = speak();
      });
      process.start(cached);
      await spoken;
      return;
    }
    case 'quiet':
      await speak();
      return;
    default:
      await speak();
  }
  await pause(random() * 500);
  await process.kill();
  process.start(oneOf(random, [0, 1, 4, 1_000]));
}

async function speakUp(stage: MessageStage, { id, random, view, said, problems }: Sequence): Promise<void> {
  const sayings = Array.from({ length: Math.floor(random() * 4) }, () => saying(random, id, view));
  const isOrdered = random() < 0.5;
  const spoken: Promise<void>[] = [];
  for (const one of sayings) {
    said.push(`${one.kind} ${one.message}`);
    const answered = say(stage, one, ANSWER_MS).catch(() => {
      problems.push(`${one.kind} ${one.message} to ${one.to} was not answered in ${ANSWER_MS / 1_000} s`);
    });
    spoken.push(answered);
    if (isOrdered && one.kind === 'signal') await answered;
  }
  await Promise.all(spoken);
}

/** Answers what is asked until the epic has ended. */
async function end(stage: MessageStage, { id, random, problems }: Sequence): Promise<void> {
  const deadline = Date.now() + END_MS;
  let last = 'not known';
  for (const one of takingPausesBack(id)) await say(stage, one, ANSWER_MS).catch(() => undefined);
  for (;;) {
    try {
      const view = await callInTime(stage.client, 20_000, () => stage.status(id));
      last = `${view.state} (${view.phase}${view.hold === undefined ? '' : `: ${view.hold.reason}`})`;
      if (FINAL_STATES.has(view.state)) return;
      for (const one of sayingsToEnd(id, view, random)) await say(stage, one, ANSWER_MS);
    } catch (error) {
      last = (error as Error).message;
    }
    if (Date.now() > deadline) break;
    await pause(500);
  }
  problems.push(`it is stuck: ${last}`);
}

/** The stand-in for the forge is in a process that never dies, so each merge is made once. */
function twice(stage: MessageStage, id: string): string[] {
  const merges = stage.log.filter((line) => line.startsWith(`merge factory/${id}/`));
  return merges.length === new Set(merges).size ? [] : [`it was merged twice: ${merges.join(', ')}`];
}
