/** Ways to tamper with the bundle of an epic, in the file and in its source, each with what it must be found as. */
import { createSealer } from '../../api/client/bundle.ts';

export const AGENT = 'shop.one.implement.1';
export const SHA = 'a'.repeat(40);

export interface Line {
  readonly n: number;
  readonly section?: string;
  readonly row?: Record<string, unknown>;
  readonly seal: string;
}

export const linesOf = (text: readonly string[]): Line[] => text.map((line) => JSON.parse(line) as Line);

/** Where the section begins. */
const at = (text: readonly string[], section: string): number =>
  linesOf(text).findIndex((line) => line.section === section);

/** As somebody would who knows how the seals are made. */
function sealAgain(all: readonly Omit<Line, 'n' | 'seal'>[]): string[] {
  const seal = createSealer();
  const counts: Record<string, number> = {};
  for (const { section } of all) if (section !== undefined) counts[section] = (counts[section] ?? 0) + 1;
  return all.map((line) => {
    const { n: _, seal: __, ...content } = line as Line & { end?: object };
    return seal(JSON.stringify('end' in content ? { ...content, end: counts } : content)).trimEnd();
  });
}

function edited(text: readonly string[], section: string, change: object): string[] {
  const index = at(text, section);
  const { seal, ...rest } = JSON.parse(text[index] ?? '') as Line;
  return text.with(index, JSON.stringify({ ...rest, row: { ...rest.row, ...change }, seal }));
}

function resealed(text: readonly string[], section: string, change: (line: Line) => readonly Line[]): string[] {
  const lines = linesOf(text);
  const index = at(text, section);
  return sealAgain(lines.toSpliced(index, 1, ...change(lines[index] as Line)));
}

const withRow =
  (change: object) =>
  (line: Line): Line[] => [{ ...line, row: { ...line.row, ...change } }];

/** With an event of another run of the epic. */
export const withRun = (text: readonly string[], runId: string): string[] =>
  resealed(text, 'history', (line) => [line, ...withRow({ run_id: runId })(line)]);

/** A file that was tampered with: how, what it is found as, and of which section. */
export const ALTERED: readonly (readonly [
  what: string,
  alter: (text: readonly string[]) => string[],
  kind: string,
  row: RegExp,
])[] = [
  [
    'a value was changed',
    (text) => edited(text, 'decision_log', { reason: 'because' }),
    'altered',
    /^decision_log \d+$/,
  ],
  ['a line was removed', (text) => text.toSpliced(at(text, 'evidence'), 1), 'left out', /^evidence one a{40} tests$/],
  [
    'a line was repeated',
    (text) => text.toSpliced(at(text, 'ledger') + 1, 0, text[at(text, 'ledger')] ?? ''),
    'out of place',
    /^ledger /,
  ],
  [
    'two lines were exchanged',
    (text) =>
      text
        .with(at(text, 'ledger'), text[at(text, 'ledger') + 1] ?? '')
        .with(at(text, 'ledger') + 1, text[at(text, 'ledger')] ?? ''),
    'out of place',
    /^ledger shop\.one\.implement\.1 1 1$/,
  ],
  ['the end was cut off', (text) => text.slice(0, -1), 'cut off', /^null$/],
  ['a line was made unreadable', (text) => text.with(at(text, 'agents'), '{"n":9'), 'left out', /^agents /],
  [
    'a reason was changed and all sealed again',
    (text) => resealed(text, 'decision_log', withRow({ reason: 'because' })),
    'differs',
    /^decision_log \d+$/,
  ],
  [
    'a cost was lowered and all sealed again',
    (text) => resealed(text, 'ledger', withRow({ settled_microusd: 1 })),
    'differs',
    /^ledger shop\.one\.implement\.1 1 1$/,
  ],
  [
    'red evidence was left out and all sealed again',
    (text) => resealed(text, 'evidence', () => []),
    'left out',
    /^evidence /,
  ],
  [
    'an approval was made up and all sealed again',
    (text) => resealed(text, 'decision_log', (line) => [line, ...withRow({ id: 999_999, kind: 'approval' })(line)]),
    'not found',
    /^decision_log 999999$/,
  ],
  [
    'a row was moved to a section that there is not and all sealed again',
    (text) => resealed(text, 'evidence', (line) => [{ ...line, section: 'proof' }]),
    'unreadable',
    /^null$/,
  ],
  [
    'a line lost its row and all was sealed again',
    (text) => resealed(text, 'evidence', ({ n, seal }) => [{ n, section: 'evidence', seal }]),
    'unreadable',
    /^null$/,
  ],
  [
    "an event of Temporal's was changed and all sealed again",
    (text) => resealed(text, 'history', withRow({ type: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED' })),
    'differs',
    /^history \S+ \S+ 1$/,
  ],
  [
    'an event was left out and all sealed again',
    (text) =>
      sealAgain(linesOf(text).filter((line) => line.row?.event_id !== '3' || line.row.workflow_id !== 'epic-shop')),
    'left out',
    /^history epic-shop \S+ 3$/,
  ],
  [
    'the epic was said to be open still, to hide a change',
    (text) => resealed(text, 'epics', withRow({ closed_at: null, merged_sha: SHA })),
    'differs',
    /^epics shop$/,
  ],
];

/** A row of the source that was altered after the export: how, how it is put back, and what it is found as. */
export const TAMPERED: readonly (readonly [what: string, alter: string, back: string, kind: string, row: RegExp])[] = [
  [
    'a decision was rewritten in the database',
    `update decision_log set reason = reason || '!' where id = (select min(id) from decision_log where epic_id = 'shop')`,
    `update decision_log set reason = rtrim(reason, '!') where epic_id = 'shop'`,
    ...(['differs', /^decision_log \d+$/] as const),
  ],
  [
    'the answer of a person was rewritten in the database',
    `update human_requests set answer = jsonb_set(answer, '{by}', '"eve"')`,
    `update human_requests set answer = jsonb_set(answer, '{by}', '"ann"')`,
    ...(['differs', /^human_requests \S+$/] as const),
  ],
  [
    'what a model had answered was rewritten in the database',
    `update agent_turns set content = '[]' where turn = 2`,
    `update agent_turns set content = '[{"type":"text","text":"hello"}]' where turn = 2`,
    ...(['differs', /^agent_turns shop\.one\.implement\.1 2$/] as const),
  ],
  [
    'what a command had printed was rewritten in the database',
    `update tool_calls set output = 'all green'`,
    `update tool_calls set output = 'README.md'`,
    ...(['differs', /^tool_calls shop\.one\.implement\.1 c1$/] as const),
  ],
  [
    'a check was made green in the database',
    `update evidence set exit_code = 0`,
    `update evidence set exit_code = 1`,
    ...(['differs', /^evidence one a{40} tests$/] as const),
  ],
  [
    'a criterion that was not met was made one that was, in the database',
    `update judged_criteria set verdict = 'met'`,
    `update judged_criteria set verdict = 'not_met'`,
    ...(['differs', /^judged_criteria one a{40} 1$/] as const),
  ],
  [
    'a call was removed from the ledger',
    `delete from ledger where turn = 3`,
    `insert into ledger (transcript, turn, call, epic_id, model, reserved_microusd, settled_microusd, outcome, settled_at)
      values ('${AGENT}', 3, 1, 'shop', 'm', 900, 500, 'answered', now())`,
    ...(['not found', /^ledger shop\.one\.implement\.1 3 1$/] as const),
  ],
];
