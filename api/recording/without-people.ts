/** A recording without the people in it, and how often one was replaced. */
import type { AskedBlock, RecordedTurn, Recording } from '../../workflows/contract/recording.ts';
import { createPeople } from './hide-people.ts';
import { inTexts } from './in-texts.ts';

/** Names are learned from all texts before the first of them is changed. */
export function withoutPeople(recording: Omit<Recording, 'replaced'>): Recording {
  const people = createPeople();
  inTexts(recording, (text) => {
    people.learn(text);
    return text;
  });
  const { agents, answers: given, ...rest } = recording;
  const answers = given.map((answer) => ({ ...answer, by: people.named(answer.by) }));
  // Briefs quote what people wrote behind their names.
  const names = new Map(given.map(({ by }, index) => [by, answers[index]?.by ?? by]));
  const quoted = (text: string): string => {
    let said = text;
    for (const [by, person] of names) said = said.replaceAll(`\n${by}: `, `\n${person}: `);
    return said;
  };
  const hideAsked = (block: AskedBlock): AskedBlock =>
    inTexts(block.type === 'text' ? { ...block, text: quoted(block.text) } : block, people.hide);
  let inAnswers = 0;
  const hideTurn = ({ asked, answer, ...turn }: RecordedTurn): RecordedTurn => {
    const told = { ...inTexts(turn, people.hide), asked: asked.map(hideAsked) };
    const before = people.replaced();
    const hidden = inTexts(answer, people.hide);
    inAnswers += people.replaced() - before;
    return { ...told, answer: hidden };
  };
  const hidden = {
    ...inTexts({ ...rest, answers }, people.hide),
    agents: agents.map(({ turns, ...agent }) => ({ ...agent, turns: turns.map(hideTurn) })),
  };
  return { ...hidden, replaced: { inAnswers, elsewhere: people.replaced() - inAnswers } };
}
