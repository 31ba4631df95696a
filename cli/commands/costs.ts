/** `factory costs`: what an epic has cost, and what for. */
import type { Command } from 'commander';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { cut, table } from '../output.ts';
import { money } from '../render.ts';

type Costs = Answer<'Costs'>;

export const costsCommand = (io: Io): Command =>
  createCommand('costs')
    .argument('<epic>')
    .addHelpText(
      'after',
      '\nEach table is the same model calls, cut otherwise: by purpose, by task, by agent (the number at the end of its id is' +
        '\nthe attempt). Calls that failed and attempts that were given up are in them; the sum is that of the ledger.',
    )
    .action(action(io, costs));

async function costs(context: Context, id: string): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/epics/{id}/costs', { params: { path: { id } } }));
  out.result(found, () => costLines(found).join('\n'));
  return EXIT.ok;
}

function costLines(costs: Costs): string[] {
  if (costs.byAgent.length === 0) return ['No model call was made.'];
  return [
    [
      `$${money(costs.settledUsd)}${costs.capUsd === null ? '' : ` of $${money(costs.capUsd)}`}`,
      `${tokens(costs.tokens)}${costs.capTokens === null ? '' : ` of ${tokens(costs.capTokens)}`} tokens`,
      ...(costs.reservedUsd > 0 ? [`at most $${money(costs.reservedUsd)} more for calls under way`] : []),
      ...(costs.unknownUsd > 0 ? [`$${money(costs.unknownUsd)} of it for calls whose answer got lost`] : []),
    ].join(' · '),
    '',
    table([
      ['PURPOSE', 'COST', 'TOKENS', 'CALLS'],
      ...costs.byPurpose.map((part) => [
        ...[part.purpose ?? 'unknown', `$${money(part.settledUsd)}`, tokens(part.tokens), callsOf(part)],
      ]),
    ]),
    '',
    table([
      ['TASK', 'COST', 'TOKENS', 'CALLS', ''],
      ...costs.byTask.map(({ taskKey, title, ...part }) => [
        ...[taskKey ?? 'the epic itself', `$${money(part.settledUsd)}${capOf(part.capUsd, money, '$')}`],
        ...[`${tokens(part.tokens)}${capOf(part.capTokens, tokens)}`, callsOf(part), cut(title ?? '', 60)],
      ]),
    ]),
    '',
    table([
      ['AGENT', 'COST', 'TOKENS', 'TURNS', 'STATE', 'MODEL', 'CALLS'],
      ...costs.byAgent.map((agent) => [
        ...[agent.agentId, `$${money(agent.settledUsd)}`, tokens(agent.tokens), String(agent.turns)],
        ...[agent.state ?? 'unknown', agent.model, callsOf(agent)],
      ]),
    ]),
  ];
}

const tokens = (count: number): string => count.toLocaleString('en-US');

const capOf = (cap: number | null, text: (amount: number) => string, sign = ''): string =>
  cap === null ? '' : ` of ${sign}${text(cap)}`;

/** Only what went otherwise is named. */
function callsOf({ calls }: Pick<Costs, 'calls'>): string {
  const { answered, ...others } = calls;
  const more = Object.entries(others).flatMap(([what, number]) => (number === 0 ? [] : [`${number} ${what}`]));
  return [String(answered), ...more].join(', ');
}
