/** `factory repair`: resets what of an epic cannot be replayed, after it has shown what that does. */
import type { Command } from 'commander';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { confirm, withConfirmation } from '../confirm.ts';
import { EXIT } from '../exit.ts';
import { type Options, personOf, withPerson } from './control.ts';

type Repair = Answer<'RepairPlan'>['repairs'][number];

export const repairCommand = (io: Io): Command =>
  withConfirmation(withPerson(createCommand('repair')))
    .argument('<epic>')
    .addHelpText(
      'after',
      '\n`factory show <epic>` names what is stuck. A repair goes back to before the step that does not fit; branches,' +
        '\npull requests and running tasks are taken over, and messages since then are applied again.',
    )
    .action(action(io, repair));

async function repair(context: Context, id: string, options: Options): Promise<number> {
  const { client, ask } = createApi(context);
  const { out } = context;
  const params = { path: { id } };
  const person = personOf(options);
  const look = { ...person, apply: false };
  // With nothing to repair the API says so.
  const { repairs: seen } = await ask(client.POST('/epics/{id}/repair', { params, body: look }));
  for (const line of seen.flatMap(describe)) out.line(line);
  const would = `repair ${seen.map(({ workflowId }) => workflowId).join(', ')}`;
  if (!(await confirm(context, { would, question: 'Repair it?', options }))) return EXIT.ok;
  const points = seen.map(({ workflowId, runId, eventId }) => ({ workflowId, runId, eventId }));
  const done = await ask(client.POST('/epics/{id}/repair', { params, body: { ...person, seen: points } }));
  const which = done.repairs.map(({ workflowId }) => workflowId).join(', ');
  out.result(done, `Repaired ${which}. See whether it goes on: bin/factory show ${id}`);
  return EXIT.ok;
}

function describe({ workflowId, failure, eventId, events, at, messages }: Repair): string[] {
  const [again = 'nothing'] = messages.length === 0 ? [] : [messages.map(sent).join(', ')];
  if (eventId === null) return [`${workflowId}: ${failure}`, `  Applied again: ${again}.`];
  return [
    `${workflowId} is stuck: ${failure.split('\n')[0]}`,
    `  It goes back to event ${eventId} of ${events} (${at}); the steps after that run again.`,
    `  Applied again: ${again}.`,
  ];
}

const sent = ({ name, by, at }: Repair['messages'][number]): string =>
  `${name} (${by === null ? '' : `by ${by}, `}${at})`;
