/** `factory logs`: the decisions of an epic or task, or what an agent was told, answered and did. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Answer } from '../../api/client/index.ts';
import { type Api, createApi, readEpic } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Output } from '../output.ts';
import { isFinal } from '../render.ts';
import { turnLines } from '../render-transcript.ts';

export const logsCommand = (io: Io): Command =>
  createCommand('logs', 'Show the decisions of an epic or task, or the transcript of an agent')
    .argument('<id>', 'an epic, a task (epic.task) or an agent (epic.task.implement.1)')
    .option('-f, --follow', 'go on until the epic ends')
    .addHelpText(
      'after',
      '\nAgents of a task: factory show <task>. The planning agent: factory logs <epic>.epic.plan.1',
    )
    .action(action(io, logs));

const LOOK_MS = 500;
const PAGE = 200;

async function logs(context: Context, id: string, { follow = false }: { follow?: boolean }): Promise<number> {
  const api = createApi(context);
  const [epicId = '', taskKey, ...agent] = id.split('.');
  const more = agent.length > 0 ? transcript(api, context.out, id) : decisions(api, context.out, epicId, taskKey);
  // An epic that nobody knows has an empty log, so it is asked for.
  if (agent.length === 0) await readEpic(api, epicId);
  for (;;) {
    // Asked first, so that what is written with the end is still shown.
    const ended = !follow || isFinal((await readEpic(api, epicId))?.state ?? '');
    while (await more());
    if (ended) return EXIT.ok;
    await sleep(LOOK_MS);
  }
}

/** Prints the next page; answers whether there may be another. With --json an entry a line. */
function decisions({ client, ask }: Api, out: Output, epicId: string, taskKey: string | undefined) {
  let after = 0;
  return async (): Promise<boolean> => {
    const params = { path: { id: epicId }, query: { after, limit: PAGE } };
    const page = await ask(client.GET('/epics/{id}/log', { params }));
    for (const entry of page) {
      after = entry.id;
      if (taskKey !== undefined && entry.taskKey !== taskKey) continue;
      out.event(entry);
      out.line(decisionLine(entry, out));
    }
    return page.length === PAGE;
  };
}

function decisionLine({ at, taskKey, actor, decision, reason }: Answer<'LogEntry'>, { colors }: Output): string {
  const where = taskKey === null ? '' : `${taskKey}: `;
  return `${colors.dim(at.slice(0, 19).replace('T', ' '))} ${where}${decision} ${colors.dim(`(${actor}) ${reason}`)}`;
}

function transcript({ client, ask }: Api, out: Output, id: string) {
  let after = 0;
  return async (): Promise<boolean> => {
    const params = { path: { id }, query: { after, limit: 50 } };
    const page = await ask(client.GET('/agents/{id}/transcript', { params }));
    for (const turn of page.turns) {
      // A turn whose tools still run is shown when they are done.
      if (turn.toolCalls.some((call) => call.output === null) && turn === page.turns.at(-1)) return false;
      after = turn.turn;
      const told = page.briefs.filter((brief) => brief.turn === turn.turn);
      out.event({ ...turn, briefs: told });
      for (const line of turnLines(turn, told, out.colors)) out.line(line);
    }
    return page.next !== null;
  };
}
