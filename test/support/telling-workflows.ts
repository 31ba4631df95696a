/** A workflow that waits, works and changes as its signals say, and tells of it as an agent does. */
import { condition, defineSignal, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { AgentView } from '../../workflows/contract/records.ts';
import type { AgentState, Hold } from '../../workflows/contract/states.ts';
import { createPublisher } from '../../workflows/publish.ts';

export type Instruction =
  | { readonly kind: 'work' | 'work beside'; readonly ms: number }
  /** It waits for a host or the provider. */
  | { readonly kind: 'wait'; readonly why: 'host' | 'quota'; readonly ms: number | 'until told' }
  | { readonly kind: 'flush' };

export interface Look {
  /** So many lines it has decided. */
  readonly decided: number;
  /** What holds it now. */
  readonly held?: string;
}

/** The activities; `look` is told what must be written by then, and waits for a hold to be. */
export interface Outside {
  work(ms: number): Promise<void>;
  look(look: Look): Promise<void>;
  recordAgent(record: unknown): Promise<void>;
}

const once = { maximumAttempts: 1 };
const outside = proxyActivities<Outside>({ startToCloseTimeout: '1 second', retry: once });
const { look } = proxyActivities<Outside>({ startToCloseTimeout: '30 seconds' });
const { recordAgent } = proxyActivities<Outside>({ startToCloseTimeout: '10 seconds', retry: { initialInterval: 50 } });

/** Signals: `do` an instruction in turn; `change` and `decide` at once; `nothing`; `end` after all instructions. */
export async function tellingWorkflow(agentId: string): Promise<{ decided: number; changes: number }> {
  const instructions: Instruction[] = [];
  let [decided, changes, isEnding] = [0, 0, false];
  let state: AgentState = 'IDLE';
  let hold: Hold | undefined;
  let closedAt: string | undefined;
  const since = new Date().toISOString();
  const publisher = publisherOf(agentId, () => ({
    ...{ state, phase: `${changes} changes`, turn: changes, startedAt: since },
    ...(hold === undefined ? {} : { hold }),
    ...(closedAt === undefined ? {} : { closedAt }),
  }));
  const decide = () => {
    decided += 1;
    publisher.logLine({ actor: 'factory', kind: 'decision', decision: `${decided}`, reason: '' });
  };
  setHandler(defineSignal<[Instruction]>('do'), (instruction) => void instructions.push(instruction));
  setHandler(defineSignal('change'), () => {
    changes += 1;
    publisher.publish();
  });
  setHandler(defineSignal('decide'), decide);
  setHandler(defineSignal('nothing'), () => {});
  setHandler(defineSignal('end'), () => {
    isEnding = true;
  });
  publisher.publish();
  for (;;) {
    await condition(() => instructions.length > 0 || isEnding);
    const instruction = instructions.shift();
    if (instruction === undefined) break;
    await follow(instruction);
  }
  [state, closedAt] = ['COMPLETED', new Date().toISOString()];
  publisher.publish();
  await publisher.flush();
  return { decided, changes };

  async function follow(instruction: Instruction): Promise<void> {
    if (instruction.kind === 'flush') {
      await publisher.flush();
      return look({ decided });
    }
    if (instruction.kind === 'wait') {
      const { why, ms } = instruction;
      hold = { kind: why, reason: `${why} ${changes}`, since };
      publisher.publish();
      if (ms === 'until told') await look({ decided: 0, held: hold.reason });
      else await sleep(ms);
      hold = undefined;
      publisher.publish();
      return outside.work(0).catch(() => undefined);
    }
    state = 'BUSY';
    publisher.publish();
    const working = outside.work(instruction.ms).catch(() => undefined);
    if (instruction.kind === 'work') await working;
  }
}

/** Its last word is carried by work after which nothing changes any more. */
export async function lastWordWorkflow(agentId: string): Promise<void> {
  const startedAt = new Date().toISOString();
  const publisher = publisherOf(agentId, () => ({ state: 'COMPLETED', phase: 'ends', turn: 0, startedAt }));
  publisher.publish();
  await outside.work(700);
  await publisher.flush();
}

type Told = Pick<AgentView, 'state' | 'phase' | 'turn' | 'startedAt' | 'hold' | 'closedAt'>;

const publisherOf = (agentId: string, told: () => Told) =>
  createPublisher<AgentView>({
    name: 'recordAgent',
    view: () => ({ agentId, epicId: 'telling', purpose: 'implement', attempt: 1, model: 'none', ...told() }),
    details: () => '',
    attributes: () => [],
    write: (record) => recordAgent(record),
  });
