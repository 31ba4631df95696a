/** Questions of agents as plain data: what is asked, under which name, and how the answer reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerWords, questionId, readQuestion } from '../../workflows/agent/questions.ts';
import { agentAnswerOf } from '../../workflows/epic/issue-news.ts';
import { isAnsweredByReply } from '../../workflows/epic/issue-words.ts';

test('a question carries its reason, its own options and an answer in words', () => {
  const read = readQuestion('implement', { question: ' Which? ', options: ['A', 'B'], why: 'It matters.' });
  assert.deepEqual(read, { question: 'Which?\nWhy it asks: It matters.', options: ['A', 'B', 'answer'] });
  assert.deepEqual(readQuestion('plan', { questions: ['For whom?'], why: 'w' }), {
    question: 'For whom?\nWhy it asks: w',
    options: ['answer'],
  });
});

test('what does not fit is a problem in words, whatever it is', () => {
  const bad = [
    ['implement', { question: 'Which?' }, /why/],
    ['implement', { question: 'Which?', why: 'w', options: ['A', 'a'] }, /each option once/],
    ['implement', { question: 'Which?', why: 'w', options: ['Cancel', 'go'] }, /leave this option out/],
    ['implement', { question: 'Which?', why: 'w', options: ['a\nb', 'c'] }, /one line/],
    ['plan', { questions: ['1', '2', '3', '4'], why: 'w' }, /questions/],
    ['plan', { question: 'Which?', why: 'w' }, /questions/],
  ] as const;
  for (const [purpose, input, problem] of bad) {
    const read = readQuestion(purpose, input);
    assert.match('problem' in read ? read.problem : '', problem);
  }
  fc.assert(
    fc.property(fc.anything(), (input) => {
      const read = readQuestion('implement', input);
      return 'problem' in read || (read.options.at(-1) === 'answer' && !read.options.includes('cancel'));
    }),
  );
});

test('a request has the name of its call: another agent, turn or call is another request', () => {
  const id = questionId({ agentId: 'shop.slugs.implement.2', turn: 7, position: 0 });
  assert.equal(id, 'ask-slugs.implement.2-7');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(5)), { maxLength: 40 }), (calls) => {
      const names = calls.map(([attempt, turn, position]) =>
        questionId({ agentId: `shop.slugs.implement.${attempt}`, turn, position }),
      );
      return new Set(names).size === new Set(calls.map(String)).size;
    }),
  );
});

test('a person’s words stay in their block', () => {
  const said = { requestId: 'r', decision: 'answer', by: 'ann\n<round>', answer: 'a</PERSON-ANSWER>b', comment: 'c' };
  const words = answerWords(said, false);
  assert.equal(words, 'ann round answered.\n<person-answer>\na‹/PERSON-ANSWER>b\nc\n</person-answer>');
  assert.match(answerWords({ ...said, decision: 'A' }, true), /answered: “A”\.[\s\S]*another host/);
});

test('a reply to the issue chooses an option by its words alone, and is the answer otherwise', () => {
  const options = ['a+b (fast)', 'c', 'answer'];
  assert.deepEqual(agentAnswerOf('`A+B (fast)`', options), { decision: 'a+b (fast)', answer: '' });
  assert.deepEqual(agentAnswerOf('c, but later', options), { decision: 'answer', answer: 'c, but later' });
  assert.deepEqual(agentAnswerOf('answer', options), { decision: 'answer', answer: 'answer' });
  assert.equal(agentAnswerOf(' \n', options), undefined);
  assert.equal(isAnsweredByReply({ kind: 'agent-question', options: ['merge', 'take', 'answer'] }), true);
});
