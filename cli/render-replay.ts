/** How a replay came out, for scripts and for people. Pure. */
import { isFinal } from '../api/client/epic-now.ts';
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
  /** How many differences were found but are not listed. */
  readonly leftOut: number;
  readonly stopped: string | null;
  /** Of the replayed epic; null when it does not exist. */
  readonly state: string | null;
  /** Why it failed. */
  readonly reason: string | null;
  /** The tree of the merge; null when nothing was merged. */
  readonly tree: string | null;
  /** Calls of the model. */
  readonly calls: number;
}

export function replayReport(outcome: ReplayOutcome) {
  const { recording, order, differences, leftOut, stopped, state, reason, tree, calls } = outcome;
  const { epic, replaced, cutAt } = recording;
  const turns = order.events.filter(({ kind }) => kind === 'turn');
  const played = turns.filter(({ kind, key }) => order.has(kind, key)).length;
  const isWhole = epic.state === 'COMPLETED' && cutAt === null;
  const allPlayed = played === turns.length;
  const otherEnd = state !== null && isFinal(state) && state !== epic.state && (isWhole || !allPlayed);
  const otherTree = isWhole && tree !== epic.mergedTree;
  const isPlain = differences.length === 0 && stopped === null && !otherEnd;
  const same = isPlain && allPlayed && !otherTree;
  const value = {
    same,
    epicId: epic.id,
    turns: { recorded: turns.length, played },
    calls,
    state: { recorded: epic.state, now: state, reason },
    mergedTree: { recorded: epic.mergedTree, now: tree },
    differences,
    leftOut,
    stopped,
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
    if (leftOut > 0) lines.push(`\n… and ${leftOut} more differences`);
    if (stopped !== null) lines.push(`\n${mark} ${stopped}`);
    if (otherEnd) lines.push(`\n${mark} The epic is ${state}${reason === null ? '' : `: ${reason}`}`);
    if (isPlain && !allPlayed) lines.push(`\n${mark} The epic ended before all recorded turns were asked for`);
    if (isPlain && allPlayed && otherTree) {
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
