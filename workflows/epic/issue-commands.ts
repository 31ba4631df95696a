/** What people say to the factory on an epic's issue: words to its agents, and answers to mail. Pure. */

import type { Said } from '../contract/issue-news.ts';
import type { Heard, PersonSaid } from '../contract/person-said.ts';
import { withoutFactory } from '../contract/tracker.ts';

/** `tell [KEY:] …`, `reply N …`; a reply to a mail is its answer as it stands. Undefined when it is neither. */
export function commandOf({ body, mail }: Said, keys: readonly string[]): Pick<PersonSaid, 'to' | 'text'> | undefined {
  const said = withoutFactory(body);
  const isPlain = said === body.trim();
  if (isPlain) return mail === undefined ? undefined : reply(mail, said);
  const [, verb = '', rest = ''] = /^(tell|reply)\b[:\s]*([\s\S]*)$/i.exec(said) ?? [];
  if (verb.toLowerCase() === 'tell') return tell(rest, keys);
  if (verb === '') return undefined;
  const [, number, words = ''] = /^#?(\d{1,15})(?!\w)[:\s]*([\s\S]*)$/.exec(rest) ?? [];
  if (number !== undefined) return reply(Number(number), words);
  return mail === undefined ? undefined : reply(mail, rest);
}

const reply = (number: number, text: string) =>
  text === '' ? undefined : { to: { kind: 'reply', number } as const, text };

/** To one task where its key and a colon come first, else to all that work: “build is red” may be about anything. */
function tell(words: string, keys: readonly string[]): Pick<PersonSaid, 'to' | 'text'> | undefined {
  const [, first = '', rest = ''] = /^`?(?:task\/)?([\w-]+)`?\s*(?::|$)[:\s]*([\s\S]*)$/.exec(words) ?? [];
  const key = keys.find((one) => one === first.toLowerCase());
  const text = key === undefined ? words : rest;
  if (text === '') return undefined;
  return { to: { kind: 'word', recipient: key === undefined ? 'epic' : `task/${key}` }, text };
}

/** What the factory answers to it, in its thread. */
export function heardWords(command: Pick<PersonSaid, 'to'> | undefined, heard: Heard | undefined): string {
  if (command === undefined || heard === undefined) return `That was not understood. ${HOW_TO_SAY}`;
  if (heard.kind === 'refused') return `${heard.reason}.`;
  const { number, recipient } = heard;
  if (command.to.kind === 'reply')
    return `Mail ${command.to.number} is answered; \`${recipient}\` reads it with its next turn.`;
  const who = recipient === 'epic' ? 'All agents at work read' : `The Worker of \`${recipient.slice(5)}\` reads`;
  return `${who} this before the next turn (word ${number}). The decision log says when.`;
}

/** What can be said on the issue besides answers to questions. */
export const HOW_TO_SAY =
  'A comment `/factory tell …` is read by all agents at work before their next turn, `/factory tell KEY: …` by the Worker of one task; `/factory reply N …` answers mail N.';
