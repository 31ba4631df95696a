/** How a replay came out, for scripts and for people. Pure. */
import type { Order } from '../local/model/recorded-order.ts';
import type { Recording } from '../workflows/contract/recording.ts';
import type { Output } from './output.ts';

export interface ReplayDifference {
  readonly agent: string | null;
  readonly turn: number | null;
  readonly kind: string;
  readonly what: string;
  /** Unified, from the recording to now. */
  readonly diff: string;
}

export interface ReplayOutcome {
  readonly recording: Recording;
  readonly order: Pick<Order, 'events' | 'has'>;
  readonly differences: readonly ReplayDifference[];
  readonly stopped: string | null;
  /** Of what was merged; null when nothing was. */
  readonly tree: string | null;
  /** Of the model. */
  readonly calls: number;
}

export function replayReport({ recording, order, differences, stopped, tree, calls }: ReplayOutcome) {
  const { epic, replaced, cutAt } = recording;
  const turns = order.events.filter(({ kind }) => kind === 'turn');
  const played = turns.filter(({ kind, key }) => order.has(kind, key)).length;
  const isWhole = epic.state === 'COMPLETED' && cutAt === null;
  const otherTree = isWhole && tree !== epic.mergedTree;
  const same = differences.length === 0 && stopped === null && played === turns.length && !otherTree;
  const value = {
    ...{ same, epicId: epic.id, turns: { recorded: turns.length, played }, calls },
    mergedTree: { recorded: epic.mergedTree, now: tree },
    ...{ differences, stopped },
  };
  const text = ({ bold, green, red, cyan }: Output['colors']): string => {
    const [asked, of] = [`${played} of ${turns.length} turns`, isWhole ? '' : ' that were recorded'];
    if (same) {
      return [
        `\n${green('✓')} The same: ${asked}${of} asked what they asked then`,
        ...(isWhole ? [`  ${bold('merged tree')}  ${tree}, as recorded`] : [`  ${whereItEnds(recording)}`]),
      ].join('\n');
    }
    const mark = red('✗');
    const lines = differences.flatMap((one) => [
      `\n${mark} ${bold(headline(one, epic.id))}: ${one.what}`,
      one.diff
        .split('\n')
        .map((line) =>
          line.startsWith('+')
            ? green(line)
            : line.startsWith('-')
              ? red(line)
              : line.startsWith('@')
                ? cyan(line)
                : line,
        )
        .join('\n'),
    ]);
    if (stopped !== null) lines.push(`\n${mark} ${stopped}`);
    if (differences.length === 0 && stopped === null && otherTree) {
      lines.push(`\n${mark} All requests are the same, and the merged tree is not`);
      lines.push(`  recorded  ${epic.mergedTree ?? 'not known'}\n  now       ${tree ?? 'nothing was merged'}`);
      if (replaced.inAnswers > 0)
        lines.push(`  In the recorded answers ${replaced.inAnswers} names or addresses were replaced.`);
    }
    lines.push(`\n${asked} were played${differences.length === 1 ? ' before it' : ''}.`);
    return lines.join('\n');
  };
  return { value, text };
}

function headline({ agent, turn, kind }: ReplayDifference, epicId: string): string {
  if (agent === null) return `Another request (${kind})`;
  const who = agent.startsWith(`${epicId}.`) ? agent.slice(epicId.length + 1) : agent;
  return turn === null ? `${who} (${kind})` : `Turn ${turn} of ${who} asks something else (${kind})`;
}

function whereItEnds({ epic, cutAt }: Recording): string {
  if (cutAt === null) return `The epic was ${epic.state} when it was recorded, so no merged tree is compared.`;
  const of = cutAt.taskKey === null ? '' : ` of ${cutAt.taskKey}`;
  return `The recording ends with ${cutAt.message}${of}, which a person sent.`;
}
