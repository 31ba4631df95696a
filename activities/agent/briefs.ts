/**
 * How a round opens: what the agent is told, as one text in a <round> block.
 * The block's attributes say where the round belongs, so that a transcript can be understood from its text alone.
 */
import type { AnsweredQuestion } from '../../db/reads/answered-questions.ts';
import type { Correspondence } from '../../db/reads/correspondence.ts';
import type { Before, Brief } from '../../workflows/contract/brief.ts';
import type { IgnoredFiles } from '../../workflows/contract/change.ts';
import type { TaskInput } from '../../workflows/contract/plan.ts';
import type { FailedCheck } from '../../workflows/contract/pull-request.ts';
import { secretText } from '../secrets/scan.ts';
import { conflictFacts, leftoversText, leftText, outsideText } from './brief-findings.ts';
import { correspondenceParts } from './correspondence-brief.ts';
import { fenced, fillPrompt, promptFile } from './prompt-files.ts';
import {
  type Check,
  changeText,
  commentText,
  criteriaWish,
  earlierText,
  evidenceText,
  nothingText,
  weakenedText,
} from './review-brief.ts';
import { answeredText, deliveredText, type EpicFacts, limitsText, taskText } from './task-brief.ts';

/** What is known besides the brief itself; the parts that a kind of round does not need may be missing. */
export interface BriefFacts extends EpicFacts {
  readonly epicId: string;
  readonly taskKey?: string;
  readonly repository: string;
  readonly worktree: string;
  readonly attempt: number;
  /** The task, when this transcript has not been told it yet. */
  readonly untoldTask?: TaskInput;
  /** The transcript has been told the epic. */
  readonly epicTold: boolean;
  readonly checks: readonly Check[];
  /** Answers of people to earlier agents of the task, for an agent that begins. */
  readonly answered?: readonly AnsweredQuestion[];
  readonly files: readonly string[];
  readonly diff: string;
  /** The change since the commit that was reviewed last. */
  readonly since?: string;
  /** The files that the task has changed so far, with how much, where the brief speaks of what came before. */
  readonly tree?: string;
  /** For a round in which the Orchestrator answers its mail: the plan, and what those who wrote are doing. */
  readonly correspondence?: Correspondence;
  /** Files of the Worker's worktree that git ignores, where the round is about its commit. */
  readonly ignored?: IgnoredFiles;
}

const SAME =
  'You handed in exactly what was reviewed already, so nobody reviewed it again. Handed in once more as it is, it goes to a person, who reads the review and your summary.';
const FILES_LIMIT = 400;
const CHECK_OUTPUT_LIMIT = 12_000;

export function briefText(brief: Brief, facts: BriefFacts): string {
  const attributes = [
    ['kind', brief.kind],
    ['epic', facts.epicId],
    ...(facts.taskKey === undefined ? [] : [['task', facts.taskKey]]),
    ['attempt', String(facts.attempt)],
  ].map(([name, value]) => ` ${name}="${value}"`);
  const before = brief.before === undefined ? '' : `\n\n${beforeText(brief.before, facts.tree ?? '')}`;
  const answered = answeredText(facts.answered);
  const name = brief.isMoved ? 'note-moved' : brief.isRestored ? 'note-restored' : undefined;
  const note = name === undefined ? '' : `\n\n${fillPrompt(promptFile(name), { worktree: facts.worktree })}`;
  return `<round${attributes.join('')}>\n${opening(brief, facts)}${before}${answered}${note}\n</round>`;
}

function opening(brief: Brief, facts: BriefFacts): string {
  const task = facts.untoldTask === undefined ? '' : taskText(facts.untoldTask, facts);
  const common = { task, worktree: facts.worktree };
  const fill = (parts: Record<string, string>, name = `round-${brief.kind}`) =>
    fillPrompt(promptFile(name), { ...common, ...parts });
  switch (brief.kind) {
    case 'plan': {
      const feedback = brief.feedback === undefined ? '' : fenced('feedback', brief.feedback);
      if (facts.epicTold) return fill({ feedback }, 'round-plan-feedback');
      const epic = `${fenced('epic-title', brief.title)}\n${fenced('epic-description', brief.description)}`;
      const wish = feedback === '' ? '' : `A person saw an earlier attempt to plan this and said:\n${feedback}`;
      return fill({ repository: facts.repository, epic, files: filesText(facts.files), feedback: wish });
    }
    case 'implement':
      return fill({
        task: taskText(brief.task, { ...facts, epicTitle: brief.epicTitle }),
        target: brief.targetBranch,
        delivered: deliveredText(brief.delivered),
        limits: limitsText(brief),
      });
    case 'verification':
      return fill({
        commit: brief.commitSha,
        checks: facts.checks.filter(isRed).map(redCheckText).join('\n\n'),
        ignored: ignoredText(facts.ignored, 'Your worktree holds'),
      });
    case 'checks':
      return fill({ commit: brief.commitSha, checks: brief.failed.map(failedCheckText).join('\n\n') });
    case 'changes-requested':
      return fill({
        review: fenced('review', [brief.summary, ...brief.comments.map(commentText)].join('\n\n')),
        same: brief.isSame === true ? SAME : '',
      });
    case 'conflict':
      return fill({
        ...conflictFacts(brief),
      });
    case 'review':
      return fill({
        task: taskText(brief.task, facts),
        ordinal: ordinal(facts.attempt),
        head: brief.headSha,
        base: brief.baseSha,
        summary: fenced('summary', brief.summary),
        evidence: evidenceText(facts.checks),
        weakened: weakenedText(brief.weakened, brief.uncompared),
        left: leftText(brief.left),
        earlier: earlierText(brief.earlier, facts.since),
        criteria: brief.judgesCriteria === true ? criteriaWish(brief.task.acceptance.length) : '',
        ignored: ignoredText(facts.ignored, 'The engineer’s worktree held'),
        diff: brief.nothingToDo === undefined ? changeText(facts.diff) : nothingText(brief.nothingToDo),
      });
    case 'feedback':
      return fill({ feedback: fenced('feedback', `${brief.by}: ${brief.comment}`) });
    case 'correspond': {
      const { epicTitle, epicDescription = '' } = facts;
      const epic = `${fenced('epic-title', epicTitle)}\n${fenced('epic-description', epicDescription)}`;
      const parts = correspondenceParts(facts.correspondence ?? { plan: [], askers: [] });
      return fill({ epic: facts.epicTold ? '' : `The epic:\n${epic}`, ...parts });
    }
    case 'guidance':
      return fill({ guidance: fenced('guidance', brief.comment) });
    case 'secrets':
      return fill({ secrets: fenced('places', brief.secrets.map(secretText).join('\n')) });
    case 'leftovers':
      return fill({ leftovers: leftoversText(brief.groups), outside: outsideText(brief.outside) });
    case 'rewound':
      return fill({ feedback: brief.comment === undefined ? '' : fenced('feedback', `${brief.by}: ${brief.comment}`) });
    default:
      return fill({});
  }
}

function beforeText({ ended, tried }: Before, tree: string): string {
  const lines = tried.map((line) => `- ${line}`).join('\n');
  return fillPrompt(promptFile('note-before'), {
    ended: ended === undefined ? '' : `The last try failed for good:\n${fenced('failure', ended)}`,
    tree: tree === '' ? 'None.' : fenced('changed-files', tree),
    tried: lines === '' ? '' : `What happened so far:\n${fenced('tried', lines)}`,
  });
}

const isRed = (check: Check): boolean => check.exitCode !== 0;

/** The end of a check's output says what went wrong more often than its beginning. */
function redCheckText({ name, command, exitCode, output }: Check): string {
  const cut = output.length - CHECK_OUTPUT_LIMIT;
  const tail =
    cut > 0 ? `[… ${cut} characters before this are left out …]\n${output.slice(-CHECK_OUTPUT_LIMIT)}` : output;
  return `\`${name}\` (\`${command}\`) ended with exit code ${exitCode}:\n${fenced('check-output', tail)}`;
}

/** The names of checks come from the CI configuration, which anybody may have written: they are data, too. */
function failedCheckText({ name, url, log }: FailedCheck): string {
  const link = url === undefined ? '' : ` (${url})`;
  const output = log === '' ? 'Nothing of its output can be read.' : log;
  return `${fenced('check-name', `${name}${link}`)}\n${fenced('check-output', output)}`;
}

function ignoredText(ignored: IgnoredFiles | undefined, whose: string): string {
  if (ignored === undefined) return '';
  const { names, total } = ignored;
  const more = total > names.length ? [`… and ${total - names.length} more`] : [];
  const what = `${whose} files that git ignores. They are in no commit, so nothing may need them:`;
  return `${what}\n${fenced('ignored-files', [...names, ...more].join('\n'))}`;
}

function filesText(files: readonly string[]): string {
  const shown = files.slice(0, FILES_LIMIT);
  const rest = files.length - shown.length;
  return fenced('files', [...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n'));
}

const ordinal = (number: number): string =>
  ['first', 'second', 'third', 'fourth', 'fifth'][number - 1] ?? `${number}th`;
