/** `factory plan`: what each task of an epic must achieve, how its last checks came out, and how the plan has changed. */
import type { Command } from 'commander';
import { isFinal } from '../../api/client/epic-now.ts';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { editCommand } from '../edit-plan.ts';
import { EXIT } from '../exit.ts';
import type { Output } from '../output.ts';
import { colored } from '../render.ts';
import { criterionLines } from '../render-criteria.ts';

interface Options {
  readonly revisions?: boolean;
}

export const planCommand = (io: Io): Command =>
  createCommand('plan')
    .argument('<epic>')
    // So that --json after `edit` is its own.
    .enablePositionalOptions()
    .option('--revisions', 'who changed the plan, when and why, newest first')
    .addHelpText('after', '\nExamples:\n  factory plan shop-checkout --revisions\n  factory plan edit shop-checkout')
    .action(action(io, plan))
    .addCommand(editCommand(io));

async function plan(context: Context, id: string, { revisions = false }: Options): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/epics/{id}/plan', { params: { path: { id } } }));
  out.result(found, () => {
    if (found.tasks.length === 0) return `Epic ${id} has no plan; factory show ${id} says where it stands.`;
    if (revisions) return revisionLines(found).join('\n');
    const tasks = found.tasks.map((task, index) => taskLines(task, index + 1, out.colors).join('\n'));
    return [...tasks, ...overlapLines(found, out.colors)].join('\n\n');
  });
  return EXIT.ok;
}

type Plan = Answer<'EpicPlan'>;
type PlannedTask = Answer<'PlannedTask'>;

function revisionLines({ epicId, revisions }: Plan): string[] {
  if (revisions.length === 0)
    return [`The plan of ${epicId} is from before there were revisions, and was not changed since.`];
  return revisions.flatMap(({ number, at, by, why, changes }) => [
    `${number}. ${at.slice(0, 19).replace('T', ' ')}  ${by}: ${why}`,
    ...changes.map((change) => `   - ${change}`),
  ]);
}

/** One paragraph, or none. */
function overlapLines({ overlaps }: Plan, colors: Output['colors']): string[] {
  if (overlaps.length === 0) return [];
  const pairs = overlaps.map(({ tasks: [one, other], files }) => `  ${one} and ${other}: ${files.join(', ')}`);
  return [[colors.yellow('Tasks that will likely change the same files at the same time:'), ...pairs].join('\n')];
}

function taskLines(task: PlannedTask, number: number, colors: Output['colors']): string[] {
  const { key, title, description, criteria, dependsOn, files, state } = task;
  const caps = capWords(task);
  return [
    `${number}. ${colors.bold(title)}  ${colors.dim(key)}  ${colored(colors, state)}`,
    ...(dependsOn.length === 0 ? [] : [`   builds on ${dependsOn.join(', ')}`]),
    ...(files.length === 0 ? [] : [`   touches ${files.join(', ')}`]),
    ...(caps === '' ? [] : [`   may use ${caps}`]),
    ...(description === '' ? [] : indented(description, '   ')),
    ...(criteria.length === 0
      ? []
      : ['   done when', ...criteria.flatMap((one) => criterionOf(one, isFinal(state), colors))]),
    `   ${checkedLine(task, colors)}`,
  ];
}

const capWords = ({ budgetUsd, budgetTokens }: PlannedTask): string =>
  [...(budgetUsd === null ? [] : [`$${budgetUsd}`]), ...(budgetTokens === null ? [] : [`${budgetTokens} tokens`])].join(
    ', ',
  );

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
  const unrun = checked.unrun.map((check) => colors.yellow(`${check} ${isFinal(state) ? 'not run' : 'not run yet'}`));
  return `checked at ${checked.commitSha.slice(0, 12)}${together}: ${[...each, ...unrun].join(', ')}`;
}
