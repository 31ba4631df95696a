/** A situation that others reported: a made repository, what the agents do in it, and what people must see. */
import type { z } from 'zod';
import type { Scenario } from '../../local/model/scenario.ts';
import type { Factory } from '../support/factory.ts';
import type { Files, Repository } from '../support/git.ts';
import type { GitHub } from '../support/github/server.ts';
import type { RepositoryState } from '../support/github/state.ts';
import type { EpicNow, PlayedEpic } from '../support/play-epic.ts';

type Tasks = NonNullable<z.input<typeof Scenario>['epics'][number]['tasks']>;
type Turn = NonNullable<Tasks[string]['implement']>[number][number];

/** What was there to be read when the epic had ended. */
export interface Seen {
  readonly epic: EpicNow;
  readonly factory: Factory;
  readonly repository: Repository;
  /** A fresh clone of the base branch. */
  readonly clone: Repository;
  /** What the model was told, request by request. */
  readonly told: readonly string[];
}

export interface Situation {
  /** The epic's id, its repository's name and the scenario's title. */
  readonly name: string;
  /** A row of docs/repositories.md: what is the case, and what the factory does about it. */
  readonly what: string;
  readonly happens: string;
  readonly files: Files;
  /** After the first commit; the repository is bare unless it is checked out. */
  readonly isCheckedOut?: true;
  prepare?(repository: Repository): Promise<unknown>;
  /** What the factory is given as the repository, where it is not the repository itself. */
  place?(repository: Repository): string;
  /** It is played on the double of GitHub, whose repository this changes before the epic begins. */
  gitHub?(state: RepositoryState, github: GitHub): unknown;
  /** What the agents do, by task; all of them are given with the epic. */
  readonly tasks: Tasks;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly answer?: PlayedEpic<Factory>['answer'];
  readonly deeds?: PlayedEpic<Factory>['deeds'];
  readonly ends: 'COMPLETED' | 'CANCELLED' | 'FAILED';
  /** Each is a part of a question, a reason, the decision log or the evidence; the table quotes them. */
  readonly says: readonly string[];
  /** Each is a part of what the model was told. */
  readonly tells?: readonly string[];
  check?(seen: Seen): unknown;
  /** Why it cannot be played on this machine. */
  readonly skip?: false | string;
  /** One of those that `npm test` runs too. */
  readonly isQuick?: true;
}

export const bash = (command: string): Turn => ({ tools: [{ tool: 'bash', input: { command } }] });

export const handIn = (summary = 'Done as asked.', fields: Readonly<Record<string, unknown>> = {}): Turn => ({
  tools: [{ tool: 'submit_work', input: { summary, commitMessage: 'Do {{task.key}}', ...fields } }],
});

export const verdict = (said: 'approve' | 'request_changes', summary = `I say ${said}.`): Turn => ({
  tools: [{ tool: 'submit_review', input: { verdict: said, summary, comments: [] } }],
});

/** A round: commands, then the hand-in. */
export const round = (...commands: readonly string[]): Turn[] => [...commands.map(bash), handIn()];

/** Waits until the other task has its worktree, so that neither begins on what the other has merged. */
export const beside = (key: string): string =>
  `until git rev-parse -q --verify refs/heads/factory/{{epic.id}}/${key} > /dev/null; do sleep 0.2; done`;

/** A file as a shell writes it. */
export const fileOf = (path: string, text: string): string => `cat > ${path} <<'END'\n${text}END`;

/** A person who gives up whatever is asked. */
export const cancels: NonNullable<Situation['answer']> = ({ options }) =>
  options.includes('cancel') ? { decision: 'cancel' } : undefined;
