/** `factory lanes`: who merges into which branch, and who waits behind whom. */
import type { Command } from 'commander';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { duration } from '../render.ts';

type Lane = Answer<'Lane'>;
type Member = Lane['settling'][number];

export const lanesCommand = (io: Io): Command => createCommand('lanes').action(action(io, lanes));

async function lanes(context: Context): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/lanes'));
  out.result(found, () => {
    if (found.lanes.length === 0) return 'Nothing is to be merged.';
    const lines = found.lanes.flatMap((lane) => laneLines(lane, out.colors, Date.now()));
    return [...lines, ...(found.more ? [`There are more branches than these ${found.lanes.length}.`] : [])].join('\n');
  });
  return EXIT.ok;
}

function laneLines(lane: Lane, colors: Context['out']['colors'], now: number): string[] {
  const { merging, settling, waiting, leadTime, verdicts, isLive } = lane;
  const since = (time: string) => duration(now - Date.parse(time));
  const lead =
    leadTime === null
      ? ''
      : ` · ${leadTime.merges} merged in 7 days, median ${duration(leadTime.medianSeconds * 1_000)}`;
  const bad = verdicts.filter(({ verdict }) => verdict !== 'merged').length;
  return [
    `${colors.bold(`${lane.repository}: ${lane.branch}`)}${lead}${bad === 0 ? '' : `, ${bad} sent back`}`,
    ...(isLive ? [] : [`  ${colors.yellow('who merges is not known: the line does not answer')}`]),
    ...(merging === null ? [] : [`  merges   ${nameOf(merging)}, for ${since(merging.grantedAt ?? merging.since)}`]),
    ...settling.map((member) => `  settles  ${nameOf(member)}, a conflict`),
    ...waiting.map((member) => `  waits    ${nameOf(member)}, for ${since(member.since)}`),
    ...(isLive && merging === null && settling.length + waiting.length === 0 ? [colors.dim('  nobody merges')] : []),
  ];
}

const nameOf = ({ epicId, taskKey, title }: Member): string =>
  `${taskKey === null ? epicId : `${epicId}.${taskKey}`} ${title}`.trim();
