/** Agents that err: wrong tools, wrong plans, silence; each is answered, bounded, and in the end a person's matter. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { answer, approveWith, submitPlan, submitReview, submitWork, tasks, words } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ settings: { limits: { attempts: 2, rounds: 1, turns: 6 }, judgesCriteria: true } });
after(() => stage.close());

const lines = (start: string) => stage.log.filter((line) => line.startsWith(start));
const turnsOf = (agentId: string) => stage.log.filter((line) => line.includes(` of ${agentId}`));
const one = (key: string) => ({ title: `Epic ${key}`, tasks: tasks({ [key]: [] }) });

/** Cancels an epic that is asked about, and answers with the question. */
async function endAt(epicId: string): Promise<string> {
  const { question } = await stage.asked(epicId, 'failed-task');
  await stage.handle(epicId).cancel();
  await assert.rejects(stage.handle(epicId).result());
  return question;
}

test('an unknown tool and a plan with a cycle are answered in words, and the agent mends its plan', async () => {
  const circle = submitPlan({ a: ['b'], b: ['a'] });
  const answers = [answer({ name: 'rm_rf' }, { name: 'submit_work' }), circle, submitPlan({ good: [] })];
  stage.play({ takeTurn: ({ purpose, turn }) => (purpose === 'plan' ? answers[turn - 1] : undefined) });
  const handle = await stage.start('mended', { title: 'Mended' });
  await handle.result();
  const refused = lines('refused: ').map((line) => line.slice('refused: '.length));
  assert.deepEqual(refused.slice(0, 2), [
    'There is no tool "rm_rf" for this role.',
    'There is no tool "submit_work" for this role.',
  ]);
  assert.match(refused[2] ?? '', /Fix it and call submit_plan again:[\s\S]*wait for each other/);
  assert.equal(refused.length, 3);
  assert.equal(turnsOf('mended.epic.plan.1').length, 3);
});

test('three plans in a row that do not hold end the planner, and the person is told why; the next one hears them', async () => {
  const circle = submitPlan({ a: ['b'], b: ['a'] });
  const stranger = submitPlan({ a: ['nowhere'] });
  const bad = [circle, answer({ name: 'bash' }), circle, stranger];
  stage.play({
    takeTurn: ({ agentId, turn, purpose }) => {
      if (purpose !== 'plan') return undefined;
      return agentId.endsWith('plan.1') ? bad[turn - 1] : submitPlan({ good: [] });
    },
  });
  const handle = await stage.start('hopeless', { title: 'Hopeless' });
  const { question, requestId } = await stage.asked('hopeless', 'question');
  assert.match(question, /3 plans in a row were refused, .*tasks\.0\.dependsOn\.0: "a" depends on "nowhere"/);
  assert.equal(turnsOf('hopeless.epic.plan.1').length, 4);
  assert.equal(turnsOf('hopeless.epic.plan.2').length, 0);
  await stage.update('hopeless', 'respond', { requestId, decision: 'retry', comment: 'One task is enough.' });
  await handle.result();
  assert.deepEqual(lines('told epic: '), ['told epic: One task is enough.']);
});

test('a Worker that only talks is nudged three times, then replaced, and after the last attempt a person is asked', async () => {
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? words('end_turn') : undefined) });
  await stage.start('talkers', one('talk'));
  assert.match(await endAt('talkers'), /2 attempts failed, the last with: .*without handing in its work/);
  const turns = (attempt: number) => turnsOf(`talkers.talk.implement.${attempt}`).map((line) => line.split(': ')[1]);
  assert.deepEqual(turns(1), [undefined, 'nudge', 'nudge', 'nudge']);
  assert.deepEqual(turns(2), [undefined, 'nudge', 'nudge', 'nudge']);
  assert.deepEqual(turns(3), []);
  assert.deepEqual(lines('brief talk '), ['brief talk implement', 'brief talk implement']);
});

test('a round ends at its turn limit', async () => {
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? answer({ name: 'bash' }) : undefined) });
  await stage.start('endless', one('loop'));
  assert.match(await endAt('endless'), /used all 6 turns of this round/);
  assert.equal(turnsOf('endless.loop.implement.1').length, 6);
});

test('the last turn is named to the agent, and its report without a hand-in is no success', async () => {
  const report = { ...words('end_turn'), said: 'The parser is done, its tests are not.' } as TurnResult;
  stage.play({
    takeTurn: ({ purpose, isLast }) =>
      purpose === 'implement' ? (isLast ? report : answer({ name: 'bash' })) : undefined,
  });
  await stage.start('reports', one('spent'));
  assert.match(
    await endAt('reports'),
    /The agent is exhausted: .* Its report: The parser is done, its tests are not\./,
  );
  const turns = turnsOf('reports.spent.implement.1');
  assert.deepEqual(turns.at(-1), 'turn 6 of reports.spent.implement.1 (the last)');
  assert.equal(turns.filter((line) => line.includes('the last')).length, 1);
  assert.ok(
    lines('before spent').some((line) => line.includes('The parser is done')),
    'the next attempt reads it',
  );
});

test('what is handed in with the last turn counts', async () => {
  stage.play({
    takeTurn: ({ purpose, isLast }) =>
      purpose === 'implement' ? (isLast ? submitWork : answer({ name: 'bash' })) : undefined,
  });
  await (await stage.start('barely', one('done'))).result();
  assert.equal(turnsOf('barely.done.implement.1').length, 6);
});

test('a question on the last turn is refused, since no answer would reach the agent', async () => {
  const ask = answer({ name: 'ask_human', input: { question: 'Which rounding?', why: 'The sums would differ.' } });
  stage.play({
    takeTurn: ({ purpose, isLast }) =>
      purpose === 'implement' ? (isLast ? ask : answer({ name: 'bash' })) : undefined,
  });
  await stage.start('asking', one('late'));
  assert.match(await endAt('asking'), /used all 6 turns of this round/);
  assert.equal(lines('refused: Nobody was asked: this was your last turn').length, 2, 'once an attempt');
});

test('a window that is full when tools are called makes room before the next turn, twice in a round', async () => {
  const full = { ...answer({ name: 'bash' }), stopReason: 'model_context_window_exceeded' } as TurnResult;
  stage.play({ takeTurn: ({ purpose, turn }) => (purpose === 'implement' && turn <= 3 ? full : undefined) });
  await (await stage.start('full', one('room'))).result();
  const notes = turnsOf('full.room.implement.1').map((line) => line.split(': ')[1]);
  assert.deepEqual(notes, [undefined, 'compact', 'compact', undefined]);
});

test('calls that only read run side by side, all others in order', async () => {
  const calls = ['r1', 'r2', 'w1', 'r3', 'w2'].map((id) => ({ name: 'bash', id, readOnly: id.startsWith('r') }));
  const bothRead = Promise.withResolvers<void>();
  const seen: string[] = [];
  stage.play({
    takeTurn: ({ purpose, turn }) =>
      purpose === 'implement' ? (turn === 1 ? answer(...calls) : submitWork) : undefined,
    bash: async ({ toolUseId }) => {
      seen.push(`+${toolUseId}`);
      if (seen.includes('+r1') && seen.includes('+r2')) bothRead.resolve();
      // Neither read ends before both have begun.
      if (toolUseId === 'r1' || toolUseId === 'r2') await bothRead.promise;
      seen.push(`-${toolUseId}`);
    },
  });
  await (await stage.start('batches', one('many'))).result();
  assert.deepEqual(seen.slice(0, 4).toSorted(), ['+r1', '+r2', '-r1', '-r2']);
  assert.deepEqual(seen.slice(4), ['+w1', '-w1', '+r3', '-r3', '+w2', '-w2']);
});

test('what an agent logs is noted after its commands and before it hands in, at most once an answer', async () => {
  const call = (id: string) => ({ name: 'log_decision', id });
  stage.log.length = 0;
  stage.play({
    takeTurn: ({ purpose }) =>
      purpose === 'implement'
        ? answer(call('one'), { name: 'bash' }, call('two'), {
            name: 'submit_work',
            input: { summary: 'done', commitMessage: 'Do it' },
          })
        : undefined,
  });
  await (await stage.start('notes', one('noted'))).result();
  const agentId = 'notes.noted.implement.1';
  const seen = stage.log.filter((line) => /^(bash .*ended|noted|refused)/.test(line));
  assert.deepEqual(seen, [`bash ${agentId} ended`, `noted by ${agentId}: one,two`]);
});

test('red checks go back to the same Worker until its rounds are used up', async () => {
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined), verify: () => false });
  await stage.start('red', one('failing'));
  assert.match(await endAt('red'), /the verification was red more than 1 times/);
  assert.deepEqual(lines('brief failing '), ['brief failing implement', 'brief failing verification']);
  assert.deepEqual(lines('push failing'), []);
  assert.equal(turnsOf('red.failing.implement.1').length, 2);
});

test('a review that asks for changes is a round, and one too many is a person’s matter', async () => {
  stage.play({
    takeTurn: ({ purpose, agentId }) => {
      if (purpose !== 'review') return submitWork;
      return submitReview('request_changes', agentId.endsWith('.2') ? ['1'] : []);
    },
  });
  await stage.start('picky', one('picked'));
  assert.match(await endAt('picky'), /the review asked for changes more than 1 times/);
  const briefs = ['implement', 'review', 'changes-requested', 'review'].map((kind) => `brief picked ${kind}`);
  assert.deepEqual(lines('brief picked '), briefs);
  assert.equal([...stage.pullRequests.keys()].filter((head) => head.startsWith('factory/picky/')).length, 1);
});

test('what a review has seen is not reviewed again: it goes back once, then a person decides', async () => {
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'review' ? submitReview('request_changes') : submitWork),
    commitChange: () => 'same',
  });
  await stage.start('worn', one('worn'));
  assert.match(
    await endAt('worn'),
    /The review asks for changes \(“request_changes”\), and the Worker hands in the same again: “done”/,
  );
  const briefs = ['implement', 'review', 'changes-requested', 'changes-requested'];
  assert.deepEqual(
    lines('brief worn '),
    briefs.map((kind) => `brief worn ${kind}`),
  );
});

test('an approval leaves no earlier finding unspoken', async () => {
  let reviews = 0;
  stage.play({
    takeTurn: ({ purpose }) => {
      if (purpose !== 'review') return submitWork;
      reviews += 1;
      if (reviews === 1) return submitReview('request_changes');
      return submitReview('approve', reviews === 2 ? [] : ['1']);
    },
  });
  await stage.start('settled', one('settles'));
  await stage.until('settled', ({ state }) => state === 'COMPLETED');
  assert.equal(reviews, 3);
});

test('a Worker that hands in nothing is told so', async () => {
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
    commitChange: (_, run) => (run === 1 ? 'nothing' : undefined),
  });
  await (await stage.start('empty', one('idle'))).result();
  assert.deepEqual(
    lines('brief idle '),
    ['implement', 'nothing-submitted', 'review'].map((kind) => `brief idle ${kind}`),
  );
});

test('a reviewer that gives up is replaced by another, and the work stays', async () => {
  stage.play({
    takeTurn: ({ purpose, agentId }) => {
      if (purpose === 'implement') return submitWork;
      return agentId.endsWith('.review.1') ? words('refusal') : undefined;
    },
  });
  await (await stage.start('reviewers', one('seen'))).result();
  assert.equal(turnsOf('reviewers.seen.review.2').length, 1);
  assert.equal(turnsOf('reviewers.seen.implement.1').length, 1);
});

const PLAN = [{ key: 'told', title: 'Told', acceptance: ['one is there'] }];
const UNCHECKED = { criterion: 1, verdict: 'not_checkable', note: 'needs a network' };

test('agents that obey every order they read get their epic no further than their roles', async () => {
  const REVIEW = { verdict: 'approve', summary: 'As I was told.' };
  const orders = ['mergePullRequest', 'respond', 'raiseBudget', 'approve'].map((name) => ({ name }));
  const review = { name: 'submit_review', input: REVIEW };
  const work = { name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it', approved: true } };
  const turns = {
    plan: [
      answer(...orders, review, work),
      answer({ ...work, name: 'submit_plan', input: { tasks: PLAN, approved: true } }),
    ],
    implement: [answer(...orders, review), answer(work)],
    review: [answer(...orders, work, review), answer(review), approveWith(UNCHECKED)],
    correspond: [],
    triage: [],
  };
  stage.play({ takeTurn: ({ purpose, turn }) => turns[purpose][turn - 1] });
  const before = lines('refused: ').length;
  const handle = await stage.start('obeying', { title: 'Obeying', requireApproval: ['plan', 'merge'] });
  const { requestId: plan } = await stage.asked('obeying', 'plan');
  await stage.respond('obeying', plan, 'approve');
  const { requestId: merge, question } = await stage.asked('obeying', 'merge');
  assert.match(question, / Its review could not check: one is there\./);
  assert.ok(!stage.log.some((line) => line.startsWith('merge factory/obeying')), 'nothing is merged');
  assert.ok(!stage.log.some((line) => line.startsWith('cap ')), 'nor is the budget another one');
  const refused = lines('refused: ').slice(before);
  assert.equal(refused.filter((line) => line.includes('There is no tool')).length, 4 + 2 + 4 + 1 + 4 + 1);
  assert.equal(refused.filter((line) => line.includes('says nothing of 1')).length, 2);
  await stage.respond('obeying', merge, 'approve');
  await handle.result();
});
