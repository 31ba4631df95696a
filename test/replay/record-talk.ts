/** Histories of agents that talk: mail, a question, an interrupt, a person's word, a revised plan and a Supervisor's advice. */
import { createApi } from '../support/api.ts';
import { type Call, storeTurn } from '../support/stored-turns.ts';
import { waitFor } from '../support/wait-for.ts';
import { submitTriage, tasks } from '../workflows/answers.ts';
import { openStage } from '../workflows/stage.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;
type Save = (name: string, workflowId: string, stage: Stage) => Promise<void>;

const HAND_IN: Call = { name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it' } };
/** What the first task's Worker does, turn by turn. */
const TURNS: Call[][] = [
  [{ name: 'send_mail', input: { to: 'orchestrator', subject: 'Format', body: 'Which?', awaitReply: true } }],
  [{ name: 'ask_human', input: { question: 'May I go on?', why: 'The plan does not say.' } }],
  [
    { name: 'log_decision', input: { decision: 'Keep the format', reasoning: 'Nobody minds.' } },
    { name: 'bash', input: { command: 'npm test' } },
  ],
];

export async function recordTalk(save: Save): Promise<void> {
  const stage = await openStage({ settings: { supervisor: { may: ['retry'], budgetMicroUsd: 1_000_000 } } });
  const api = await createApi(stage.db, stage.client);
  const until = (line: string) => waitFor(() => stage.log.includes(line), { what: line });
  try {
    stage.play({
      takeTurn: (input) => {
        if (input.purpose === 'triage') return submitTriage({ action: 'retry', reason: 'A slip.', guidance: 'Again.' });
        if (input.purpose !== 'implement' && input.purpose !== 'correspond') return undefined;
        return storeTurn(stage.db, input, (unread) => {
          if (input.purpose === 'correspond') return unread.map(({ sender }) => reply(sender));
          return (input.taskKey === 'first' ? TURNS[input.turn - 1] : undefined) ?? [HAND_IN];
        });
      },
      bash: () => new Promise(() => undefined),
      verify: (key, run) => key !== 'second' || run > 3,
    });
    const handle = await stage.start('talk', { title: 'Talk', tasks: tasks({ first: [], second: ['first'] }) });
    const { requestId } = await stage.asked('talk', 'agent-question', 'first');
    await stage.update('talk', 'revisePlan', { revision: 1, tasks: tasks({ second: ['first'], third: [] }), by: 'me' });
    await api.ask('POST', '/tasks/talk.first/tell', { text: 'Keep it short.', by: 'me' });
    await stage.respond('talk', requestId, 'answer', { answer: 'Yes.' });
    await until('bash talk.first.implement.1');
    await stage.update('talk', 'interruptTask', { taskKey: 'first', by: 'me', comment: 'Go on.' });
    await handle.result();
    await save('epic-talk', 'epic-talk', stage);
    await save('task-talk', 'epic-talk/task-first', stage);
    await save('task-advised', 'epic-talk/task-second', stage);
    await save('agent-talk', 'agent-talk.first.implement.1', stage);
    await save('agent-correspond', 'agent-talk.epic.correspond.1', stage);
    await save('agent-triage', 'agent-talk.second.triage.1', stage);
  } finally {
    await api.close();
    await stage.close();
  }
}

const reply = (to: string): Call => ({ name: 'send_mail', input: { to, subject: 'Format', body: 'The old one.' } });
