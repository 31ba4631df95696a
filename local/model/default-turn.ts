/**
 * What the scripted model does without a scenario: a valid small plan, a file of its own for each task, a sensible
 * answer to every setback, and an approving review.
 * An epic's description may say `tasks: 3` (how many, 2 by default) and `chain: true` (each builds on the one before).
 */
import { LOOK_AT_COMMIT } from './judgements.ts';
import { type Situation, shellQuoted, type Turn } from './scenario.ts';

export function defaultTurn(situation: Situation): Turn {
  const turns = ROUNDS[situation.kind](situation);
  return turns[Math.min(situation.turn, turns.length) - 1] as Turn;
}

type Brain = (situation: Situation) => readonly Turn[];

const bash = (command: string) => ({ tool: 'bash' as const, input: { command } });

/** Unlike any other epic's or task's path, whatever the titles. */
const noteOf = ({ epic, task }: Situation): string => `factory-notes/${epic.id}-${task?.key ?? 'epic'}.md`;

const plan: Brain = (situation) => {
  const { title, description } = situation.epic;
  const count = Math.min(50, Math.max(1, Number(/\btasks: ?(\d+)/.exec(description)?.[1] ?? 2)));
  const chain = /\bchain: ?true\b/.test(description);
  const tasks = Array.from({ length: count }, (_, index) => ({
    key: `part-${index + 1}`,
    title: `${title.slice(0, 150)}: part ${index + 1} of ${count}`,
    description: `Write down what part ${index + 1} of "${title}" is about, in a file of its own.`,
    acceptance: ['A file under factory-notes/ names this part'],
    dependsOn: chain && index > 0 ? [`part-${index}`] : [],
  }));
  return [
    { text: 'I look at the repository first.', tools: [bash('git log --oneline -5; ls')] },
    { text: `${count} small tasks will do.`, tools: [{ tool: 'submit_plan', input: { tasks } }] },
  ];
};

const implement: Brain = (situation) => [
  { text: 'I look where the note belongs.', tools: [bash('mkdir -p factory-notes && ls factory-notes')] },
  {
    tools: [
      {
        tool: 'str_replace_based_edit_tool',
        input: {
          command: 'create',
          path: noteOf(situation),
          file_text: `# ${situation.task?.title}\n\nPart of: ${situation.epic.title}\n`,
        },
      },
    ],
  },
  handIn(`Note ${situation.task?.key}`, 'The note says what this part is about.'),
];

/** One more line in the task's own file: a change that no other task can meet. */
const goOn =
  (what: string): Brain =>
  (situation) => [
    {
      text: `I see to it: ${what}.`,
      tools: [
        bash(
          `mkdir -p factory-notes && echo ${shellQuoted(`- ${what}, round ${situation.round}`)} >> ${shellQuoted(noteOf(situation))}`,
        ),
      ],
    },
    handIn(`Fix ${situation.task?.key} after: ${what}`, `The note has a line about it: ${what}.`),
  ];

/** Keeps what both sides wrote and takes only the markers away. */
const conflict: Brain = (situation) => [
  {
    text: 'Both sides added something; I keep both.',
    tools: [bash(withoutMarkers(situation.files))],
  },
  handIn(`Bring ${situation.task?.key} together with the work merged meanwhile`, 'Both sides are kept.'),
];

/** Without sed -i, which is another one on macOS. */
const withoutMarkers = (files: readonly string[]): string =>
  [
    `for file in ${files.map(shellQuoted).join(' ')}; do`,
    `  grep -vE '^(<{7} |[|]{7} |={7}$|>{7} )' -- "$file" > "$file.kept"; cat "$file.kept" > "$file"; rm "$file.kept"`,
    'done',
  ].join('\n');

const review: Brain = ({ task }) => [
  { text: 'I look at the commit.', tools: [bash(LOOK_AT_COMMIT)] },
  {
    tools: [
      {
        tool: 'submit_review',
        input: { verdict: 'approve', summary: `The change does what "${task?.title}" asks for.`, comments: [] },
      },
    ],
  },
];

/** Lets each of those who write go on as they think best. */
const correspond: Brain = ({ writers = [], turnOfTranscript }) => {
  if (writers.length === 0) return [{ text: 'Nothing is left to answer.', tools: [] }];
  const answer = { subject: 'Your mail', body: `Go on as you think best (turn ${turnOfTranscript}).` };
  return [{ tools: [...new Set(writers)].map((to) => ({ tool: 'send_mail' as const, input: { to, ...answer } })) }];
};

/** The scripted model knows no cause. */
const triage: Brain = () => [
  { tools: [{ tool: 'submit_triage', input: { action: 'ask_human', reason: 'I cannot tell why this failed.' } }] },
];

function handIn(commitMessage: string, summary: string): Turn {
  return { text: 'That is all.', tools: [{ tool: 'submit_work', input: { summary, commitMessage } }] };
}

const ROUNDS: Record<Situation['kind'], Brain> = {
  plan,
  implement,
  verification: goOn('the checks were red'),
  'changes-requested': goOn('the review asked for changes'),
  conflict,
  checks: goOn('the checks of the pull request were red'),
  feedback: goOn('a person asked for a change'),
  guidance: goOn('the Supervisor gave advice'),
  review,
  correspond,
  triage,
};
