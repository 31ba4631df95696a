/** Where a request stands, read from its messages alone, so that restarts and epics side by side need no memory. */
import type { ScriptedRequest, Turn } from './request.ts';
import type { Situation } from './scenario.ts';

const KINDS: ReadonlySet<string> = new Set([
  'plan',
  'implement',
  'verification',
  'changes-requested',
  'conflict',
  'checks',
  'feedback',
  'guidance',
  'review',
  'correspond',
  'triage',
] satisfies Situation['kind'][]);

interface Opening {
  readonly kind: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  /** The index of its message. */
  readonly at: number;
}

/** Undefined when the request is not one of the factory's rounds. */
export function readSituation({ messages }: Pick<ScriptedRequest, 'messages'>): Situation | undefined {
  const openings = messages.flatMap(openingsOf);
  const last = openings.at(-1);
  // A lost host or an empty submission sends the agent back into the round it was in.
  const round = openings.findLast((opening) => KINDS.has(opening.kind)) ?? last;
  if (last === undefined || round === undefined) return undefined;
  const kind = (KINDS.has(round.kind) ? round.kind : 'implement') as Situation['kind'];
  const everything = openings.map((opening) => opening.text).join('\n');
  const { epic = '', task, attempt = '1' } = last.attributes;
  const ofKind = Math.max(1, openings.filter((opening) => opening.kind === kind).length);
  const answers = messages.filter(({ role }) => role === 'assistant').length;
  return {
    epic: {
      id: epic,
      title: fence(everything, 'epic-title') ?? epic,
      description: fence(everything, 'epic-description') ?? '',
    },
    ...(task === undefined ? {} : { task: { key: task, title: fence(everything, 'task-title') ?? task } }),
    kind,
    // A new plan, Worker or reviewer has a transcript of its own, numbered by its attempt.
    round: FRESH.has(kind) ? ofKind + Number(attempt) - 1 : ofKind,
    turn: messages.slice(last.at).filter(({ role }) => role === 'assistant').length + 1,
    turnOfTranscript: answers + 1,
    files: kind === 'conflict' ? (fence(round.text, 'files') ?? '').split('\n').filter((file) => file !== '') : [],
    findings: kind === 'review' ? findingsIn(round.text) : [],
    writers: writersIn(messages.at(-1)),
    criteria: kind === 'review' ? criteriaIn(round.text) : 0,
  };
}

/** What the rounds in a conversation say of themselves, oldest first. */
export const readRounds = (
  messages: ScriptedRequest['messages'],
): { kind?: string; epic?: string; task?: string; attempt?: string }[] =>
  messages.flatMap(openingsOf).map(({ attributes }) => attributes);

const FRESH: ReadonlySet<string> = new Set(['plan', 'implement', 'review', 'triage']);

function openingsOf({ role, content }: Turn, at: number): Opening[] {
  if (role !== 'user') return [];
  return content.flatMap((block) => {
    const head = block.type === 'text' ? /^<round((?: [a-z]+="[^"]*")*)>\n/.exec(block.text) : null;
    if (head === null || block.type !== 'text') return [];
    const attributes = Object.fromEntries(
      [...(head[1] ?? '').matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>;
    return [{ kind: attributes.kind ?? '', attributes, text: block.text, at }];
  });
}

/** Returns the senders of the mails in a message. */
const writersIn = (message: Turn | undefined): string[] =>
  (message?.role === 'user' ? message.content : []).flatMap((block) =>
    block.type === 'text'
      ? [...block.text.matchAll(/^From ((?:task|review)\/[a-z0-9-]+)(?: \(.*\))?:$/gm)].map((found) => found[1] ?? '')
      : [],
  );

const findingsIn = (text: string): string[] =>
  [...text.matchAll(/<findings>\n([\s\S]*?)\n<\/findings>/g)].flatMap(([, listed = '']) =>
    [...listed.matchAll(/^(\d+(?:\.\d+)?) /gm)].map(([, number = '']) => number),
  );

/** After all that others wrote, so that the last such sentence is the factory's. */
const criteriaIn = (text: string): number =>
  Number([...text.matchAll(/^Say in `criteria` of each of the (\d+) acceptance criteria/gm)].at(-1)?.[1] ?? 0);

function fence(text: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(text)?.[1];
}
