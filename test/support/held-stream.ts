/** A scripted answer that is held in the middle of its stream, for as long as a test wants to look at it. */
import { Scenario } from '../../local/model/scenario.ts';
import type { ScriptedCall } from '../../local/model/server.ts';
import type { StreamEvent } from '../../local/model/stream.ts';

/** Give `pace` to the model. It holds the stream before the first event that fits, and before the next one after `release`. */
export function heldStream(fits: (event: StreamEvent, call: ScriptedCall) => boolean) {
  let gate = Promise.withResolvers<void>();
  return {
    pace: (event: StreamEvent, call: ScriptedCall) => (fits(event, call) ? gate.promise : undefined),
    /** Lets everything that fits pass from now on. */
    release: () => gate.resolve(),
    hold(): void {
      gate = Promise.withResolvers();
    },
  };
}

const submitWork = { tool: 'submit_work', input: { summary: 'Done as asked.', commitMessage: 'Do it' } };

/** A Worker's first turn says this, thinking or not, and hands its work in; for the agents of support/agent.ts. */
export const sayingScenario = (text: string, think = false): Scenario =>
  Scenario.parse({
    epics: [
      {
        title: 'Teach the shop to ship',
        tasks: { slugs: { implement: [[{ text, think, tools: [submitWork] }]] } },
      },
    ],
  });
