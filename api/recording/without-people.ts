/** A recording without the people in it, and how often one was replaced. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { mapTexts } from '../../workflows/contract/map-texts.ts';
import type { AskedBlock, RecordedAgent, RecordedTurn, Recording } from '../../workflows/contract/recording.ts';
import { createPeople } from './hide-people.ts';

/** Names are learned from all texts before the first of them is changed. */
export async function withoutPeople(recording: Omit<Recording, 'replaced'>): Promise<Recording> {
  const people = createPeople();
  const { agents, answers: given, ...rest } = recording;
  for (const part of [rest, given, ...agents]) {
    mapTexts<unknown>(part, (text) => {
      people.learn(text);
      return text;
    });
    // Others are served in between.
    await nextTurn();
  }
  const answers = given.map((answer) => ({ ...answer, by: people.named(answer.by) }));
  // Briefs quote what people wrote behind their names.
  const names = new Map(given.map(({ by }, index) => [by, answers[index]?.by ?? by]));
  const quoted = (text: string): string => {
    let said = text;
    for (const [by, person] of names) said = said.replaceAll(`\n${by}: `, `\n${person}: `);
    return said;
  };
  const hideAsked = (block: AskedBlock): AskedBlock =>
    mapTexts(block.type === 'text' ? { ...block, text: quoted(block.text) } : block, people.hide);
  let inAnswers = 0;
  const hideTurn = ({ asked, answer, ...turn }: RecordedTurn): RecordedTurn => {
    const told = { ...mapTexts(turn, people.hide), asked: asked.map(hideAsked) };
    const before = people.replaced();
    const hidden = mapTexts(answer, people.hide);
    inAnswers += people.replaced() - before;
    return { ...told, answer: hidden };
  };
  const hidden = mapTexts({ ...rest, answers }, people.hide);
  const hiddenAgents: RecordedAgent[] = [];
  for (const { turns, ...agent } of agents) {
    hiddenAgents.push({ ...agent, turns: turns.map(hideTurn) });
    await nextTurn();
  }
  return { ...hidden, agents: hiddenAgents, replaced: { inAnswers, elsewhere: people.replaced() - inAnswers } };
}
