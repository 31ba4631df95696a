/** An agent whose model is scripted: its rows in a database, its turns through the real activity. */
import { createAnswerToolCalls } from '../../activities/agent/answer-tool-calls.ts';
import { createOpenTranscript } from '../../activities/agent/open-transcript.ts';
import { createTakeTurn, type TakeTurnInput, type TurnResult } from '../../activities/agent/take-turn.ts';
import { toolsOf } from '../../activities/agent/tools.ts';
import { createWriteBrief } from '../../activities/agent/write-brief.ts';
import { createModelClient } from '../../clients/model/call.ts';
import type { Database } from '../../db/connection.ts';
import { writeCap } from '../../db/writes/budgets.ts';
import { writePin } from '../../db/writes/pins.ts';
import { type ScriptedModelOptions, startScriptedModel } from '../../local/model/server.ts';
import type { Brief } from '../../workflows/contract/brief.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { MockActivityEnvironment } from './activity-environment.ts';

export const TASK = TaskInput.parse({ key: 'slugs', title: 'Make slugs', acceptance: ['npm test passes'] });

export interface AgentOptions extends ScriptedModelOptions {
  readonly purpose?: Purpose;
  readonly epicId?: string;
  readonly capMicroUsd?: number;
  readonly maxTokens?: number;
  /** Instead of one of its own. */
  readonly modelUrl?: string;
  readonly brief?: Brief;
}

/** An activity's context; failures that a test wants are not worth a log line. */
export const activityEnvironment = () => new MockActivityEnvironment({});

let epics = 0;

/** Opens an agent with its first brief; `close` ends its model. */
export async function openAgent(db: Database, options: AgentOptions = {}) {
  const { purpose = 'implement', epicId = `epic-${++epics}` } = options;
  const model = await startScriptedModel(options);
  const client = createModelClient({ apiKey: 'test', baseUrl: options.modelUrl ?? model.url });
  const content = JSON.stringify({ system: 'You are an engineer.', tools: toolsOf(purpose) });
  const promptHash = await writePin(db, 'agent', content);
  await writeCap(db, epicId, { unit: 'usd', amount: options.capMicroUsd ?? 1_000_000_000 });
  const { agentId } = await createOpenTranscript({ db }).openTranscript({
    epicId,
    purpose,
    openedBy: `${epicId}/${purpose}/${++epics}`,
    ...(purpose === 'plan' ? {} : { taskKey: 'slugs' }),
  });
  const input: TakeTurnInput = {
    agentId,
    turn: 1,
    epicId,
    taskKey: 'slugs',
    purpose,
    pin: { model: 'claude-opus-5-5', maxTokens: options.maxTokens ?? 1_000, promptHash },
  };
  const agent = {
    model,
    client,
    input,
    agentId,
    epicId,
    /** A process of its own: what is under way elsewhere is unknown to it. */
    process(rest: Partial<Parameters<typeof createTakeTurn>[0]> = {}) {
      const { takeTurn } = createTakeTurn({ db, client, ...rest });
      return {
        turn(rest: Partial<TakeTurnInput> = {}, environment = activityEnvironment()): Promise<TurnResult> {
          return environment.run(takeTurn, { ...input, ...rest });
        },
      };
    },
    async brief(turn: number, brief: Brief): Promise<void> {
      const writeBrief = createWriteBrief({
        db,
        sources: {
          files: async () => ['README.md'],
          tree: async () => ' src/a.ts | 2 +-',
          diff: async () => '+ a line',
          since: async () => '+ a newer line',
          ignored: async () => ({ names: ['lib/a.js'], total: 3 }),
        },
      });
      const place = { repository: 'example', worktree: '/worktree', placement: { host: 'here', epoch: 1 } };
      const input = { ...{ agentId, turn, epicId, taskKey: 'slugs', brief }, ...place };
      await writeBrief(input, new AbortController().signal);
    },
    /** Answers every tool call of a turn, as hosts and the workflow do. */
    async answerTools(turn: number, result: TurnResult, content = 'done'): Promise<void> {
      if (result.kind !== 'answer') throw new Error(`turn ${turn} has no answer but ${JSON.stringify(result)}`);
      const answers = result.toolCalls.map(({ id }) => ({ toolUseId: id, content, isError: false }));
      await createAnswerToolCalls({ db }).answerToolCalls({ agentId, turn, answers });
    },
    ledger: () => db.selectFrom('ledger').selectAll().where('epic_id', '=', epicId).orderBy('created_at').execute(),
    turns: () => db.selectFrom('agent_turns').selectAll().where('transcript', '=', agentId).orderBy('turn').execute(),
    close: () => model.close(),
  };
  await agent.brief(1, options.brief ?? firstBrief(purpose));
  return agent;
}

function firstBrief(purpose: Purpose): Brief {
  if (purpose === 'plan') return { kind: 'plan', title: 'Teach the shop to ship', description: 'tasks: 3' };
  const task = TASK;
  if (purpose === 'review') return { kind: 'review', task, baseSha: 'base', headSha: 'head', summary: 'It ships.' };
  return { kind: 'implement', epicTitle: 'Teach the shop to ship', task, targetBranch: 'main' };
}
