/** A long round of one agent: what the engine takes between two model calls, beside the calls and tools themselves. */
import { Scenario } from '../local/model/scenario.ts';
import { startScriptedModel } from '../local/model/server.ts';
import { type Comparison, measureEach } from './against.ts';
import { epicOf } from './drive.ts';
import { executionsOf, type HistoryEvent } from './event-counts.ts';
import type { Figure } from './figure.ts';
import { withStack } from './stack.ts';

const TITLE = 'Bench turns';
const MOST_MS = 30;
/** Activities that do the agent's work: the model call and its tool. The rest of a turn is the engine's. */
const WORK: ReadonlySet<string> = new Set(['takeTurn', 'edit', 'bash']);
const LONGEST = 10_000;

export const measureTurns = (comparison: Comparison, { turns }: { readonly turns: number }): Promise<Figure[]> =>
  measureEach(comparison, async (options) => {
    const model = await startScriptedModel({ scenario: lookingRound(turns) });
    // The same answers for each build; no cap, because every turn pays for all that was said before.
    const variables = {
      ...{ ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'scripted', CLAUDE_TURNS_PER_SECOND: '1000' },
      ...{ MAX_TURNS: String(LONGEST), BUDGET_USD: String(LONGEST) },
    };
    try {
      return await withStack({ ...options, variables }, async (stack) => {
        // It pays for what a running factory has.
        await stack.execute('first', epicOf('Bench first', 'one'));
        const { workflowId } = await stack.execute('turns', epicOf(TITLE, 'one'));
        const worker = (await executionsOf(stack.client, workflowId))
          .map((runs) => runs.flatMap(spansOf))
          .toSorted((a, b) => turnsIn(b) - turnsIn(a))[0];
        if (worker === undefined || turnsIn(worker) < turns) throw new Error(`No agent took ${turns} turns`);
        return figuresOf(worker);
      });
    } finally {
      await model.close();
    }
  });

/** A Worker that looks at one file again and again, at three parts in turn since it is in no loop, changes something and hands in. */
function lookingRound(turns: number): Scenario {
  const input = (lines: number) => ({ command: 'view', path: 'README.md', view_range: [1, lines] });
  const change = { tools: [{ tool: 'bash', input: { command: 'echo more >>README.md' } }] };
  const handIn = {
    tools: [{ tool: 'submit_work', input: { summary: 'One line more.', commitMessage: 'Add a line' } }],
  };
  const looks = Array.from({ length: Math.max(0, turns - 2) }, (_, index) => ({
    tools: [{ tool: 'str_replace_based_edit_tool', input: input(1 + (index % 3)) }],
  }));
  return Scenario.parse({
    epics: [{ title: TITLE, plan: [], tasks: { one: { implement: [[...looks, change, handIn]] } } }],
  });
}

interface Span {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Each activity of a run from when a worker process had it to when its result was stored. */
function spansOf(events: readonly HistoryEvent[]): Span[] {
  const byId = new Map(events.map((event) => [String(event.eventId), event]));
  return events.flatMap((event) => {
    const ended = event.activityTaskCompletedEventAttributes;
    if (!ended) return [];
    const name = byId.get(String(ended.scheduledEventId))?.activityTaskScheduledEventAttributes?.activityType?.name;
    const started = byId.get(String(ended.startedEventId));
    return name && started ? [{ name, startedAt: msOf(started), endedAt: msOf(event) }] : [];
  });
}

const msOf = ({ eventTime }: HistoryEvent): number =>
  Number(eventTime?.seconds ?? 0) * 1_000 + Number(eventTime?.nanos ?? 0) / 1e6;

const turnsIn = (spans: readonly Span[]): number => spans.filter(({ name }) => name === 'takeTurn').length;

/** From the first model call to the end of the last one. */
function figuresOf(spans: readonly Span[]): Figure[] {
  const calls = spans.filter(({ name }) => name === 'takeTurn');
  const [from, to] = [Math.min(...calls.map((one) => one.startedAt)), Math.max(...calls.map((one) => one.endedAt))];
  const work = spans.filter((span) => WORK.has(span.name) && span.startedAt >= from && span.endedAt <= to);
  const worked = work.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0);
  const each = (ms: number) => ms / calls.length;
  return [
    { name: `a turn of a round of ${calls.length}`, value: each(to - from), unit: 'ms' },
    { name: 'of it the model call and the tool', value: each(worked), unit: 'ms' },
    { name: 'of it the engine', value: each(to - from - worked), unit: 'ms', goal: MOST_MS },
  ];
}
