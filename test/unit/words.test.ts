/** One word, one thing: README's table of words says which, and these are the words that meant something else before. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { PROJECT_DIR } from '../../config/files.ts';

const CODE = globSync(
  ['*.ts', '{activities,api,cli,clients,config,db,local,scripts,web,worker,workflows}/**/*.{ts,tsx}'],
  {
    cwd: PROJECT_DIR,
    exclude: ['db/schema.ts', 'api/client/schema.ts', 'db/migrations/*'],
  },
).sort();
const DOCS = globSync(['README.md', 'docs/*.md', 'activities/agent/prompts/*.md'], { cwd: PROJECT_DIR }).sort();

interface Rule {
  /** The word, as a person would name it. */
  readonly name: string;
  readonly word: RegExp;
  /** `names`: identifiers of the code; `code`: its lines; `text`: its lines and those of the documents. */
  readonly where: 'names' | 'code' | 'text';
  readonly instead: string;
  /** Where the rule holds, of all files; without it everywhere. */
  readonly only?: RegExp;
  readonly allowed?: RegExp;
  /** A line that the rule finds. */
  readonly example: string;
}

const RULES: readonly Rule[] = [
  {
    name: 'place',
    word: /^places?(?![a-z])|^Places?(?![a-z])|(?<=[a-z])Places?(?![a-z])/,
    where: 'names',
    instead: 'placement for a host, worktree and epoch; repo for a git dir; position, row or member for an order',
    // Where each route is found keeps its name; what a stalled epic remembers is in runs under way.
    allowed: /^(scripts\/(route-places|generate-route-table)|workflows\/epic\/(state|triage-state))[.]ts$/,
    example: 'const lostPlace = 1;',
  },
  {
    name: 'check as a verb',
    word: /\bfunction check(?!Text)[A-Z]\w*|\bconst check(?!Text)[A-Z]\w* = (async )?\(/,
    where: 'code',
    instead:
      'examine for machines, probe for health, require or refuse for input; a check is one of verification or CI',
    allowed: /^clients\/git\/check-out[.]ts$/,
    example: 'export function checkPorts(): void {',
  },
  {
    name: 'claimSlot, releaseSlot',
    word: /^(claim|release)(Slot|Place)$/,
    where: 'names',
    instead: 'claimHost and releaseHost, in each layer',
    example: 'await claimSlot(db);',
  },
  {
    name: 'statusQuery',
    word: /^statusQuery$/,
    where: 'names',
    instead: 'the query of which workflow: epicStatusQuery',
    example: 'statusQuery;',
  },
  {
    name: 'host, of GitHub',
    word: /^host$/,
    where: 'names',
    instead: 'hostname: a host is a machine that runs tasks',
    only: /^(clients|activities)\/github\//,
    allowed: /identity[.]ts$/,
    example: 'origin.host;',
  },
  {
    name: 'a branch name that is made elsewhere',
    word: /['"`]factory\/\$\{/,
    where: 'code',
    instead: 'the functions of clients/git/names.ts, or shortBranch of api/client/branch-name.ts',
    allowed: /^(clients\/git\/names|api\/client\/branch-name)[.]ts$/,
    example: 'const branch = `factory/${;',
  },
  {
    name: 'mend',
    word: /(?<![-.'"])\b[mM]end(s|ed|ing)?\b(?![-'])|\b(orMend|askToMend)/,
    where: 'text',
    instead: 'fix',
    allowed: /^docs\/(agents|reliability|performance)[.]md$/,
    example: '// A person mends it.',
  },
  { name: 'anew', word: /\banew\b/, where: 'text', instead: 'again', example: '// It begins anew.' },
  {
    name: 'Whoever, at the head of a sentence',
    word: /(^|[.!?] |\/\*\* |\/\/ |\* )Whoever /,
    where: 'text',
    instead: 'the one who acts: the caller, the person, the task',
    example: '/** Whoever asks waits. */',
  },
  {
    name: 'What now?',
    word: /\bWhat now\?/,
    where: 'text',
    instead: 'Choose: each option with what it does',
    example: "'What now?'",
  },
];

/** Names of files that say nothing of what is in them, wherever they are. */
const EMPTY_NAMES: ReadonlySet<string> = new Set([
  'words.ts',
  'said.ts',
  'marker.ts',
  'body.ts',
  'passing.ts',
  'choose.ts',
]);

/** Each line of `source` that breaks the rule. */
function found({ word, where }: Rule, source: string): string[] {
  const lines = source.split('\n');
  if (where !== 'names') return lines.filter((line) => word.test(line));
  const names = new Map<string, number>();
  const file = ts.createSourceFile('x.tsx', source, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && word.test(node.text)) names.set(node.text, node.pos);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...names].map(([name, at]) => `${file.getLineAndCharacterOfPosition(at).line + 1}: ${name}`);
}

/** Parsing takes time, and few files have such a word at all. */
const mayBreak = ({ word, where }: Rule, source: string): boolean =>
  where !== 'names' || source.split(/\W+/).some((name) => word.test(name));

for (const rule of RULES) {
  const { name, where, instead, only = /./, allowed = /^$/ } = rule;
  test(`instead of “${name}”: ${instead}`, () => {
    const files = [...CODE, ...(where === 'text' ? DOCS : [])].filter((file) => only.test(file) && !allowed.test(file));
    assert.ok(files.length > 15, `${files.length} files`);
    const broken = files.flatMap((file) => {
      const source = readFileSync(`${PROJECT_DIR}/${file}`, 'utf8');
      return mayBreak(rule, source) ? found(rule, source).map((line) => `${file}: ${line.trim()}`) : [];
    });
    assert.deepEqual(broken, []);
  });
}

test('each rule finds its example', () => {
  for (const rule of RULES) assert.equal(found(rule, rule.example).length, 1, rule.example);
});

test('a file is named for what is in it', () => {
  assert.deepEqual(
    CODE.filter((file) => EMPTY_NAMES.has(basename(file))),
    [],
  );
});
