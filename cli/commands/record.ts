/** `factory record`: what the agents of an epic asked the model and what it answered, into one file. */
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { requireNew, writeNew } from '../new-file.ts';

export const recordCommand = (io: Io): Command =>
  createCommand('record')
    .argument('<epic>')
    .option('-t, --to <file>', 'a new file; <epic>.recording.json in this folder unless given')
    .addHelpText(
      'after',
      `
\`factory replay\` runs the epic again with these answers, so that a change of prompts, tools or code can be tried against it.
Secrets, e-mail addresses, the names beside them and folders of hosts are replaced, and signatures of thoughts are left out.
In the file are the source code that agents read and wrote, what people wrote, on pull requests too, where a brief quotes it,
and names and logins that stand alone: read it before you share it. Only you may read it where it is written.
A replay cannot merge the same tree where the base branch moved meanwhile, or people pushed to the epic's branches.

Example:
  factory record shop-checkout --to shop.json && factory replay shop.json --repository ../shop`,
    )
    .action(action(io, recordEpic));

async function recordEpic(context: Context, id: string, options: { readonly to?: string }): Promise<number> {
  const { out } = context;
  const file = options.to ?? `${id}.recording.json`;
  const wanted = { file, option: '--to' };
  await requireNew(wanted);
  const api = createApi(context);
  // As it came: what a terminal would obey is part of it.
  const recording = await api.ask(api.client.GET('/epics/{id}/recording', { params: { path: { id } } }), true);
  await writeNew(wanted, (handle) => handle.writeFile(`${JSON.stringify(recording, null, 1)}\n`));
  const { agents, cutAt, replaced, epic } = recording;
  const turns = agents.reduce((sum, agent) => sum + agent.turns.length, 0);
  const said = { epicId: id, file, state: epic.state, agents: agents.length, turns, replaced, cutAt };
  out.result(said, () =>
    [
      `${turns} turns of ${agents.length} agents of ${id} are in ${file}`,
      ...(epic.state === 'COMPLETED' ? [] : [`The epic is ${epic.state}: a replay ends where the recording does.`]),
      ...(cutAt === null
        ? []
        : [`It ends with ${cutAt.message}${of(cutAt.taskKey)}, which a person sent: no replay repeats that.`]),
      ...(replaced.inAnswers === 0
        ? []
        : [
            `In answers of the model ${replaced.inAnswers} names or addresses were replaced: a replay writes other files.`,
          ]),
      `Play it: bin/factory replay ${file}`,
    ].join('\n'),
  );
  return EXIT.ok;
}

const of = (taskKey: string | null): string => (taskKey === null ? '' : ` of ${taskKey}`);
