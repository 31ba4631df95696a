/** `factory fleet`: what runs where, and what limits it. */
import type { Command } from 'commander';
import { turnsWords } from '../../api/client/answered-turns.ts';
import { availabilityOf } from '../../api/client/host-availability.ts';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { duration, money, pauseLines } from '../render.ts';

type Fleet = Answer<'Fleet'>;
type Colors = Context['out']['colors'];

export const fleetCommand = (io: Io): Command => createCommand('fleet').action(action(io, fleet));

async function fleet(context: Context): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/fleet'));
  out.result(found, () => fleetLines(found, out.colors, Date.now()).join('\n'));
  return EXIT.ok;
}

function fleetLines({ pause, hosts, lostPlacements, agents, ...rest }: Fleet, colors: Colors, now: number): string[] {
  const since = (time: string) => duration(now - Date.parse(time));
  const placementLine = ({ epicId, taskKey, title, since: at }: Fleet['lostPlacements'][number] | HeldPlacement) =>
    `${nameOf(epicId, taskKey)}  ${title ?? ''}  for ${since(at)}`;
  return [
    ...pauseLines(pause).map((line) => colors.yellow(line)),
    ...(hosts.length === 0 ? ['No host is there. Start one: npx node worker/main.ts --serve host'] : []),
    ...hosts.flatMap((host) => [
      `${colors.bold(host.name)}  ${host.taken}/${host.capacity} slots  ${colors.dim(host.sandbox ?? 'sandbox unknown')}`,
      `  ${availabilityLine(host, colors, now)}`,
      ...host.placements.map((held) => `  ${placementLine(held)}`),
    ]),
    ...lostPlacements.map((held) => colors.yellow(`${held.host} is not there, and holds ${placementLine(held)}`)),
    ...agents.flatMap((agent) => [
      `${colors.cyan(agent.id)}  ${turnsWords(agent)} answered; ${agent.hold?.reason ?? agent.phase}, for ${since(agent.since)}`,
      ...(agent.lastLine === null ? [] : [colors.dim(`  ${agent.lastLine}`)]),
    ]),
    ...limitLines(rest, colors),
  ];
}

/** Whether it takes work, and where it does not, why or since when. */
function availabilityLine(host: Fleet['hosts'][number], colors: Colors, now: number): string {
  const availability = availabilityOf(host, now);
  const ago = (time: string) => `${duration(now - Date.parse(time))} ago`;
  if (availability === 'takes work' || availability === 'full') return colors.green(availability);
  if (availability === 'silent') return colors.yellow(`silent: last heard of ${ago(host.lastSeenAt)}`);
  if (availability === 'signed off') return colors.dim(`signed off ${ago(host.leftAt ?? host.lastSeenAt)}`);
  return colors.yellow(`takes no more work: ${host.refusal}`);
}

type HeldPlacement = Fleet['hosts'][number]['placements'][number];

const nameOf = (epicId: string, taskKey: string | null): string => (taskKey === null ? epicId : `${epicId}.${taskKey}`);

function limitLines(
  { providerHolds, forgeLimits, epics, limits, versions }: Omit<Fleet, 'agents' | 'hosts' | 'lostPlacements' | 'pause'>,
  colors: Colors,
): string[] {
  const { admitted, waiting, atOnce } = epics;
  const perEpic = limits === null ? '' : `; an epic: ${limits.tasks} tasks at once, $${money(limits.budgetUsd)}`;
  return [
    ...providerHolds.map(({ provider, model, until, reason }) =>
      colors.yellow(`${provider} ${model} until ${until}: ${reason}`),
    ),
    ...forgeLimits.map(({ host, remaining, quota, resetsAt }) =>
      colors.dim(`${host}: ${remaining} of ${quota} requests left until ${resetsAt}`),
    ),
    `${admitted} of ${atOnce ?? 'unknown'} epics run, ${waiting} wait${perEpic}`,
    colors.dim(
      `factory ${versions.factory}, node ${versions.node}, PostgreSQL ${versions.postgres}, Temporal ${versions.temporal ?? 'does not answer'}`,
    ),
  ];
}
