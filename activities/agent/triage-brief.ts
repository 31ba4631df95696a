/** How the Supervisor agent is asked: everything that is known of the failure, each part as data with its name. */
import type { StallFacts } from '../../db/reads/stalled-epics.ts';
import type { TriageFacts } from '../../db/reads/triage-facts.ts';
import { CAUSE_WORDS, type TriageBrief } from '../../workflows/contract/triage.ts';
import { fenced, fillPrompt, promptFile } from './prompt-files.ts';
import { taskText } from './task-brief.ts';
import { cutInTheMiddle } from './transcript.ts';

const TEXT_LENGTH = 2_000;
const INPUT_LENGTH = 1_000;
const DIFF_LENGTH = 30_000;

interface About {
  readonly epicId: string;
  readonly taskKey: string;
  readonly attempt: number;
  readonly brief: TriageBrief;
  readonly facts: TriageFacts;
  /** Undefined where no repository at hand has it. */
  readonly diff: string | undefined;
}

export function triageText({ epicId, taskKey, attempt, brief, facts, diff }: About): string {
  const body = fillPrompt(promptFile('round-triage'), {
    cause: CAUSE_WORDS[brief.cause],
    task: taskText(facts.task, facts),
    failure: fenced('failure', brief.failure),
    plan: facts.others.length === 0 ? 'None.' : fenced('plan', facts.others.join('\n')),
    mail: facts.mail.length === 0 ? 'None.' : facts.mail.map(mailOf).join('\n'),
    log: fenced('log', facts.log.join('\n')),
    transcript: fenced('transcript', facts.turns.map(turnText).join('\n\n')),
    evidence: facts.checks.length === 0 ? 'Nothing.' : facts.checks.map(checkText).join('\n'),
    diff: diff === undefined ? 'It cannot be shown here.' : fenced('diff', cutInTheMiddle(diff, DIFF_LENGTH)),
    may: mayText(brief.may),
    guided: brief.isGuided
      ? 'You have sent this task back with guidance once: another retry is a person’s decision.'
      : '',
  });
  return `<round kind="triage" epic="${epicId}" task="${taskKey}" attempt="${attempt}">\n${body}\n</round>`;
}

/** An epic that has not moved: its parts as they stand. */
export function stallText({
  epicId,
  attempt,
  brief,
  facts,
}: Pick<About, 'epicId' | 'attempt' | 'brief'> & { readonly facts: StallFacts }): string {
  const body = fillPrompt(promptFile('round-stalled'), {
    epic: `${fenced('epic-title', facts.title)}\n${fenced('epic-description', cutInTheMiddle(facts.description, TEXT_LENGTH))}`,
    stands: fenced('parts', facts.parts.join('\n')),
    commands: facts.commands.length === 0 ? 'None.' : fenced('commands', facts.commands.join('\n')),
    log: fenced('log', facts.log.join('\n')),
    failure: brief.failure,
  });
  return `<round kind="triage" epic="${epicId}" attempt="${attempt}">\n${body}\n</round>`;
}

const mayText = (may: TriageBrief['may']): string =>
  may.length === 0
    ? 'Whatever you decide is advice: a person reads it and answers.'
    : `Done at once when you decide so: ${may.join(', ')}. Everything else is advice to the person who is asked then.`;

/** The sender is an address, which the factory wrote. */
const mailOf = ({ sender, subject, body }: TriageFacts['mail'][number]): string =>
  `From ${sender === 'human' ? 'a person' : sender}:\n${fenced('mail', `Subject: ${subject}\n\n${body}`)}`;

function checkText({ name, command, exitCode, output }: TriageFacts['checks'][number]): string {
  return `\`${name}\` (\`${command}\`): exit code ${exitCode}\n${fenced('check-output', output)}`;
}

/** A turn of the agent that failed: its words, its calls and their results, without its thoughts. */
function turnText({ turn, stopReason, content, outputs }: TriageFacts['turns'][number]): string {
  const said = content.flatMap((block) => {
    if (block.type === 'text' && block.text.trim() !== '') return [cutInTheMiddle(block.text, TEXT_LENGTH)];
    if (block.type !== 'tool_use') return [];
    return [`calls ${block.name}: ${cutInTheMiddle(JSON.stringify(block.input), INPUT_LENGTH)}`];
  });
  const returned = outputs.map(
    ({ name, output, isError }) => `${name} ${isError ? 'failed' : 'returned'}: ${cutInTheMiddle(output, TEXT_LENGTH)}`,
  );
  return [`turn ${turn} (ended with ${stopReason})`, ...said, ...returned].join('\n');
}
