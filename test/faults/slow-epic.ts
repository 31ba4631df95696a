/** An epic with one command that takes eight seconds: time enough to do harm in its midst. */
import { approveAll } from '../support/play-epic.ts';
import { waitFor } from '../support/wait-for.ts';
import type { SuiteEpic } from './epic.ts';
import type { Lane } from './lane.ts';
import { task } from './scenarios.ts';
import { TITLES } from './scripts.ts';

/** Retries what failed and approves what is ready, as a person would who wants the epic to finish. */
const carryOn: NonNullable<SuiteEpic['answer']> = (request) =>
  approveAll(request) ?? (request.options.includes('retry') ? { decision: 'retry' } : undefined);

export const slowEpic = (id: string): SuiteEpic => ({
  id,
  body: { title: TITLES.long, tasks: [task('slow'), task('other')], requireApproval: ['merge'] },
  answer: carryOn,
  ends: 'COMPLETED',
  tasks: { slow: 'COMPLETED', other: 'COMPLETED' },
  lines: ['slow', 'other'],
});

/** The slow command runs: it has noted its start. */
export const isSlow = (lane: Lane, id: string) =>
  waitFor(
    async () => {
      const calls = await lane.db
        .selectFrom('tool_calls')
        .select('input')
        .where('transcript', 'like', `${id}.slow.%`)
        .where('output', 'is', null)
        .execute();
      return calls.some(({ input }) => JSON.stringify(input).includes('sleep 8'));
    },
    { timeoutMs: 60_000, what: 'the slow command' },
  );
