/** `factory plan`: what each task of an epic must achieve, and how its last checks came out. */
import type { Command } from 'commander';
import { isFinal } from '../../api/client/epic-now.ts';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Output } from '../output.ts';
import { colored } from '../render.ts';
import { criterionLines } from '../render-criteria.ts';

export const planCommand = (io: Io): Command => createCommand('plan').argument('<epic>').action(action(io, plan));

async function plan(context: Context, id: string): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/epics/{id}/plan', { params: { path: { id } } }));
  out.result(found, () => {
    if (found.tasks.length === 0) return `Epic ${id} has no plan yet.`;
    return found.tasks.map((task, index) => taskLines(task, index + 1, out.colors).join('\n')).join('\n\n');
  });
  return EXIT.ok;
}

type PlannedTask = Answer<'PlannedTask'>;

function taskLines(task: PlannedTask, number: number, colors: Output['colors']): string[] {
  const { key, title, description, criteria, dependsOn, state } = task;
  return [
    `${number}. ${colors.bold(title)}  ${colors.dim(key)}  ${colored(colors, state)}`,
    ...(dependsOn.length === 0 ? [] : [`   builds on ${dependsOn.join(', ')}`]),
    ...(description === '' ? [] : indented(description, '   ')),
    ...(criteria.length === 0
      ? []
      : ['   done when', ...criteria.flatMap((one) => criterionOf(one, isFinal(state), colors))]),
    `   ${checkedLine(task, colors)}`,
  ];
}

const indented = (text: string, by: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd());

const criterionOf = (criterion: Answer<'Criterion'>, asked: boolean, colors: Output['colors']): string[] =>
  criterionLines(criterion, { colors, asked }).map((line) => `   ${line}`);

function checkedLine({ checked, state }: PlannedTask, colors: Output['colors']): string {
  if (checked === null) return colors.dim(isFinal(state) ? 'no check ran' : 'not checked yet');
  const each = checked.checks.map(({ check, exitCode }) =>
    exitCode === 0 ? colors.green(`${check} green`) : colors.red(`${check} exit ${exitCode}`),
  );
  const together = checked.coveredBy === null ? '' : ` together with others as ${checked.coveredBy.slice(0, 12)}`;
  return `checked at ${checked.commitSha.slice(0, 12)}${together}: ${each.join(', ')}`;
}
