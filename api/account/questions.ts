/** Which entry of the log answers which question. Pure. */
import type { LogLine } from '../../db/reads/decisions.ts';

const ASKED = /^asks a person: (.+)$/;
const ANSWERED = /^([a-z-]+): (.+)$/;

export interface Answered {
  readonly line: LogLine;
  readonly decision: string;
}

export interface Questions {
  /** By the id of the question's entry; undefined for one that nobody answered. */
  readonly answers: ReadonlyMap<number, Answered | undefined>;
  /** Ids of the entries that are answers. */
  readonly answering: ReadonlySet<number>;
}

/**
 * The log names no question by an id. An answer without words of its own repeats the question, which finds it; any other
 * belongs to the newest open question of its kind about the same task, since a newer one replaces those before it.
 */
export function pairQuestions(lines: readonly LogLine[]): Questions {
  const answers = new Map<number, Answered | undefined>();
  const answering = new Set<number>();
  const open = new Map<string, LogLine[]>();
  for (const line of lines) {
    const asked = ASKED.exec(line.decision)?.[1];
    if (asked !== undefined && line.actor === 'factory') {
      answers.set(line.id, undefined);
      open.set(about(line, asked), [...(open.get(about(line, asked)) ?? []), line]);
      continue;
    }
    const [, kind, decision] = (line.kind === 'approval' && ANSWERED.exec(line.decision)) || [];
    if (kind === undefined || decision === undefined) continue;
    const waiting = open.get(about(line, kind)) ?? [];
    const question = waiting.find(({ reason }) => reason === line.reason) ?? waiting.at(-1);
    if (question === undefined) continue;
    answers.set(question.id, { line, decision });
    answering.add(line.id);
    open.set(
      about(line, kind),
      waiting.filter((one) => one !== question),
    );
  }
  return { answers, answering };
}

const about = ({ taskKey }: LogLine, kind: string): string => `${taskKey ?? ''}/${kind}`;
