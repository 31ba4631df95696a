/** `factory show`: where an epic or a task stands. */
import type { Command } from 'commander';
import { createApi, readEpic } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { epicLines, startingLine } from '../render.ts';

export const showCommand = (io: Io): Command =>
  createCommand('show')
    .argument('<id>', 'an epic, or a task: epic.task')
    .addHelpText('after', '\nExamples:\n  factory show shop-checkout\n  factory show shop-checkout.receipts')
    .action(action(io, show));

async function show(context: Context, id: string): Promise<number> {
  const { out } = context;
  const api = createApi(context);
  if (id.includes('.')) {
    const { taskLines } = await import('../render-task.ts');
    const task = await api.ask(api.client.GET('/tasks/{id}', { params: { path: { id } } }));
    out.result(task, () => taskLines(task, out.colors).join('\n'));
    return EXIT.ok;
  }
  const epic = await readEpic(api, id);
  if (epic === undefined) out.result({ id, status: 'starting' }, startingLine(id));
  else out.result(epic, () => epicLines(epic, out.colors, Date.now()).join('\n'));
  return EXIT.ok;
}
