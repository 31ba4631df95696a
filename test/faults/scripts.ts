/** What the scripted model does in the suite's epics: small work with every setback, each command noting its start. */
import { Scenario } from '../../local/model/scenario.ts';

/** Titles of the suite's epics, by what they show. */
export const TITLES = {
  whole: 'Meet every setback',
  pair: 'Do two things',
  single: 'Do one thing',
  trouble: 'Run into trouble',
  storm: 'Do six things',
  long: 'Take its time',
  space: 'Wait for space',
} as const;

/** Commands of a storm's task that only take time. */
const STEPS = [1, 2, 3];

const shared = 'notes/{{epic.id}}-shared.txt';
const own = 'notes/{{epic.id}}-{{task.key}}.txt';
const submit = (what: string) => ({
  tools: [
    { tool: 'log_decision', input: { decision: `${what} {{task.key}}`, reasoning: 'Nobody said how.' } },
    { tool: 'submit_work', input: { summary: `${what}.`, commitMessage: `${what} {{task.key}} of {{epic.id}}` } },
  ],
});
/** Nothing more is done until the Orchestrator has answered. */
const ask = {
  tools: [
    {
      tool: 'send_mail',
      input: { to: 'orchestrator', subject: 'A name', body: 'Is {{task.key}} right?', awaitReply: true },
    },
  ],
};
const review = (verdict: 'approve' | 'request_changes') => ({
  tools: [{ tool: 'submit_review', input: { verdict, summary: `I say ${verdict}.`, comments: [] } }],
});
const create = (path: string, text: string) => ({
  tools: [{ tool: 'str_replace_based_edit_tool', input: { command: 'create', path, file_text: text } }],
});

export function suiteScenario(notes: string): Scenario {
  // Appending is what shows a second start, and a file outside of the worktree what shows it after the tree was restored.
  const bash = (script: string) => ({
    tools: [
      {
        tool: 'bash',
        input: { command: `echo "$FACTORY_COMMAND" >> '${notes}/{{epic.id}}'\nmkdir -p notes\n${script}` },
      },
    ],
  });
  const write = (text = '{{task.key}}', file = own) => bash(`echo '${text}' >> '${file}'`);
  const look = bash('git log --oneline -3');
  // Each submission is a new reviewer's, whose round has the next number.
  const approving = [[look, review('approve')], [review('approve')], [review('approve')]];
  const simple = { implement: [[write(), submit('Write')]], review: approving };
  const conflicting = {
    implement: [[write(), write('{{task.key}} was here', shared), submit('Write')]],
    conflict: [
      [
        bash(`grep -vE '^(<{7} |[|]{7} |={7}$|>{7} )' '${shared}' > kept; cat kept > '${shared}'; rm kept`),
        submit('Settle'),
      ],
    ],
    review: approving,
  };
  const planned = (key: string, dependsOn: string[] = []) => ({
    ...{ key, title: `Do ${key}`, dependsOn },
    acceptance: ['It is written down'],
  });
  const plan = ['red', 'left', 'right'].map((key) => planned(key));
  return Scenario.parse({
    epics: [
      {
        title: TITLES.whole,
        plan: [
          [look, { tools: [{ tool: 'submit_plan', input: { tasks: plan } }] }],
          [{ tools: [{ tool: 'submit_plan', input: { tasks: [...plan, planned('picky', ['red'])] } }] }],
        ],
        tasks: {
          red: {
            implement: [[write(), bash(`echo BROKEN > '${own}.tmp'`), submit('Write')]],
            verification: [[bash(`rm '${own}.tmp'`), submit('Mend')]],
            review: approving,
          },
          left: conflicting,
          right: conflicting,
          picky: {
            implement: [[write(), create('notes/{{epic.id}}-edited.txt', 'edited\n'), submit('Write')]],
            'changes-requested': [[write('{{task.key}} again'), submit('Change')]],
            review: [[look, review('request_changes')], [review('approve')], [review('approve')]],
          },
        },
      },
      {
        title: TITLES.pair,
        tasks: {
          one: { ...simple, implement: [[write(), ask, submit('Write')]] },
          two: { ...simple, implement: [[write(), create(`${own}.md`, 'edited\n'), submit('Write')]] },
        },
      },
      {
        title: TITLES.single,
        tasks: { only: { ...simple, feedback: [[write('{{task.key}} again'), submit('Change')]] } },
      },
      {
        title: TITLES.trouble,
        tasks: {
          fine: simple,
          ...Object.fromEntries(
            ['guarded-1', 'guarded-2', 'guarded-3'].map((key) => [
              key,
              {
                ...simple,
                implement: [
                  [
                    bash(`mkdir -p .github\necho '{{epic.id}}' > '.github/{{epic.id}}-{{task.key}}.yml'`),
                    write(),
                    submit('Write'),
                  ],
                ],
              },
            ]),
          ),
          // Its first Worker is stuck in its second turn, and after an interrupt in its third; each that follows a rewind
          // hands in the first.
          ...Object.fromEntries(
            ['back-1', 'back-2', 'back-3'].map((key) => [
              key,
              {
                ...simple,
                implement: [
                  [write(), bash('sleep 600'), bash('sleep 600'), submit('Write')],
                  ...[1, 2, 3, 4].map(() => [submit('Write')]),
                ],
              },
            ]),
          ),
          ...Object.fromEntries(
            ['lost-1', 'lost-2', 'lost-3'].map((key) => [
              key,
              { implement: Array.from({ length: 10 }, () => [{ text: 'No.', fault: 'refusal' }]) },
            ]),
          ),
          endless: { implement: [[bash(`echo dirty > '${own}'; sleep 600`), submit('Write')]] },
        },
      },
      {
        title: TITLES.long,
        tasks: { other: simple, slow: { ...simple, implement: [[write(), bash('sleep 8'), submit('Write')]] } },
      },
      {
        title: TITLES.space,
        tasks: Object.fromEntries(
          ['one', 'two'].map((key) => [
            key,
            {
              ...simple,
              implement: [
                [
                  bash(`until echo '{{task.key}}' > '${own}'; do sleep 0.3; done`),
                  create(`${own}.md`, '{{task.key}} edited\n'),
                  submit('Write'),
                ],
              ],
            },
          ]),
        ),
      },
      {
        title: TITLES.storm,
        tasks: Object.fromEntries(
          ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => [
            key,
            {
              ...simple,
              implement: [[write(), ...STEPS.map(() => bash('sleep 2')), write('{{task.key}} again'), submit('Write')]],
            },
          ]),
        ),
      },
    ],
  });
}
