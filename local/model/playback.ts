/**
 * Plays a recording: an agent is recognised by the rounds in its request, the turn by how many answers it holds. Each
 * request is compared with the recorded one, and answered in the recorded order. What the recording does not know is refused.
 */
import { agentId } from '../../workflows/contract/ids.ts';
import type { RecordedAgent, RecordedTurn, Recording } from '../../workflows/contract/recording.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { COMPACT_NOTE } from '../../workflows/contract/transcript.ts';
import { compareRequest, type Difference, expectedBlocks, isOfPurpose, sentBack } from './differences.ts';
import type { Folders } from './folders.ts';
import { createOrder, eventsOf, type Order, turnKey } from './recorded-order.ts';
import { invalid, Refusal, type ScriptedRequest } from './request.ts';
import { createBindings } from './same-text.ts';
import { readRounds } from './situation.ts';

/** A turn at which the request is another one. */
export interface Departure {
  /** The id of the agent that asks; undefined for a request that is not the factory's. */
  readonly agent: string | undefined;
  /** Undefined for one that the recording does not have. */
  readonly turn: number | undefined;
  /** Its place in the recorded order. */
  readonly index: number | undefined;
  readonly difference: Difference;
}

export interface PlaybackOptions {
  /** `refuse` it (by default), `hold` it without an answer, or answer as `recorded`. */
  readonly onDifference?: 'refuse' | 'hold' | 'recorded';
  readonly onDeparture?: (departure: Departure) => void;
  /** A turn was answered; of a turn that is asked for again, again. */
  readonly onAnswer?: (agent: RecordedAgent, turn: RecordedTurn) => void;
  /** Merges and people's answers are told; without that only turns wait for each other. */
  readonly order?: Order;
}

export interface PlayedAnswer {
  readonly turn: RecordedTurn;
  readonly folders: Folders;
}

export type Playback = ReturnType<typeof createPlayback>;

/** Only the turns, for a playback that learns of nothing else. */
export const orderOfTurns = (recording: Recording): Order =>
  createOrder(eventsOf(recording).filter(({ kind }) => kind === 'turn'));

export function createPlayback(recording: Recording, options: PlaybackOptions = {}) {
  const { onDifference = 'refuse', onDeparture = () => {}, onAnswer = () => {} } = options;
  const order = options.order ?? orderOfTurns(recording);
  const agents = new Map(recording.agents.map((agent) => [agent.id, agent]));
  const { baseSha } = recording.epic;
  const base = baseSha === null ? [] : [baseSha];
  /** Turns that were refused as the recorded ones were, each once. */
  const refused = new Set<string>();
  const known = new Map<string, Set<string>>();
  const knownOf = (whose: string): Set<string> => {
    const taken = known.get(whose) ?? new Set();
    known.set(whose, taken);
    return taken;
  };

  async function depart(departure: Departure): Promise<never> {
    onDeparture(departure);
    if (onDifference === 'hold') await new Promise<never>(() => {});
    const { agent, turn, difference } = departure;
    const where =
      turn === undefined ? 'This request is not in the recording' : `Turn ${turn} of ${agent} is not as recorded`;
    throw invalid(`${where}: ${difference.what}`);
  }

  return {
    /** Throws a refusal for what is not in the recording, or not as it is there. */
    async answer(request: ScriptedRequest): Promise<PlayedAnswer> {
      const asker = askerOf(request);
      const agent = asker === undefined ? undefined : agents.get(asker);
      const index = agent === undefined ? -1 : turnAskedFor(agent, request, order);
      const turn = agent?.turns[index];
      if (agent === undefined || turn === undefined) {
        return depart({
          agent: asker,
          turn: undefined,
          index: undefined,
          difference: unknownRequest(asker, agent, request),
        });
      }
      const key = turnKey(agent.id, turn.turn);
      if (turn.refusedFirst === true && !refused.has(key) && !isCompacted(request)) {
        refused.add(key);
        throw new Refusal(
          413,
          'request_too_large',
          `Turn ${turn.turn} of ${agent.id} was refused as too long at first`,
        );
      }
      order.happened('arrival', agent.id);
      const prompt = recording.prompts[agent.purpose];
      if (prompt === undefined) throw invalid(`The recording has no prompt of the purpose ${agent.purpose}`);
      let folders: Folders = { worktrees: undefined };
      const expected = expectedBlocks(agent.turns.slice(0, index + 1));
      const goesOn = onDifference === 'recorded';
      // What is only told is told in the recorded order.
      if (goesOn) await order.turnOf('turn', key);
      const [own, common] = [knownOf(agent.id), knownOf(agent.purpose)];
      for (;;) {
        const known = new Set([...own, ...common]);
        const compared = compareRequest(request, { prompt, expected, bindings: createBindings(base), known });
        folders = compared.folders;
        const { difference } = compared;
        if (difference === undefined) break;
        const departure = { agent: agent.id, turn: turn.turn, index: order.indexOf('turn', key), difference };
        if (!goesOn) return depart(departure);
        onDeparture(departure);
        // Told once, where it first matters: the requests after this one have it too.
        (isOfPurpose(difference) ? common : own).add(difference.part);
      }
      if (!goesOn) await order.turnOf('turn', key);
      order.happened('turn', key);
      onAnswer(agent, turn);
      return { turn, folders };
    },
  };
}

const isCompacted = ({ messages }: ScriptedRequest): boolean =>
  messages.at(-1)?.content.some((block) => block.type === 'text' && block.text === COMPACT_NOTE) === true;

/** Purposes whose every transcript begins with a round of that name. */
const OWN_ROUNDS: readonly Purpose[] = ['plan', 'review', 'triage', 'correspond'];

/** The id of the agent that asks. */
function askerOf({ messages }: ScriptedRequest): string | undefined {
  const rounds = readRounds(messages);
  const [first, last] = [rounds[0], rounds.at(-1)];
  if (first === undefined || last?.epic === undefined) return undefined;
  const purpose = OWN_ROUNDS.find((own) => own === first.kind) ?? 'implement';
  return agentId(last.epic, last.task, purpose, Number(last.attempt ?? 1));
}

/** The turn that has as many answers before it; of several, when an answer was empty, the first that was not asked for yet. */
function turnAskedFor({ id, turns }: RecordedAgent, { messages }: ScriptedRequest, order: Order): number {
  const answers = messages.filter(({ role }) => role === 'assistant').length;
  let before = 0;
  const fitting: number[] = [];
  for (const [index, turn] of turns.entries()) {
    if (before === answers) fitting.push(index);
    if (sentBack(turn.answer).length > 0) before += 1;
  }
  return fitting.find((index) => !order.has('turn', turnKey(id, turns[index]?.turn ?? 0))) ?? fitting.at(-1) ?? -1;
}

function unknownRequest(
  asker: string | undefined,
  agent: RecordedAgent | undefined,
  { messages }: ScriptedRequest,
): Difference {
  const last = messages.at(-1)?.content.at(-1);
  const now = last?.type === 'text' ? last.text : 'the outputs of its tools';
  const recorded = agent === undefined ? '(no such agent)' : `(ends after turn ${agent.turns.at(-1)?.turn})`;
  const who = asker ?? 'it comes from none of the factory’s agents';
  const what =
    asker === undefined ? who : agent === undefined ? `it has no agent ${who}` : `${who} asks on after its last turn`;
  return { kind: 'order', part: 'request', what, recorded, now };
}
