/** The scripted model's default work: valid plans, files that cannot collide, conflicts that keep both sides. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultTurn } from '../../local/model/default-turn.ts';
import { loadScenario, type Situation, scenarioTurn } from '../../local/model/scenario.ts';
import { SubmitPlan } from '../../workflows/contract/agent.ts';
import { createFolder, writeFiles } from '../support/git.ts';

const situation = (rest: Partial<Situation> = {}): Situation => ({
  epic: { id: 'e1', title: 'Teach the shop to ship', description: '' },
  task: { key: 'slugs', title: 'Make slugs' },
  kind: 'implement',
  round: 1,
  turn: 1,
  turnOfTranscript: 1,
  files: [],
  ...rest,
});

function planOf(description: string) {
  const [call] = defaultTurn(situation({ kind: 'plan', turn: 2, epic: { id: 'e', title: 'T', description } })).tools;
  return SubmitPlan.parse(call?.input).tasks;
}

test('a plan has as many tasks as the description says, side by side or in a chain', () => {
  assert.equal(planOf('').length, 2);
  const chain = planOf('Do a lot.\ntasks: 4\nchain: true');
  assert.deepEqual(
    chain.map(({ dependsOn }) => dependsOn),
    [[], ['part-1'], ['part-2'], ['part-3']],
  );
  assert.ok(planOf('tasks: 3').every(({ dependsOn }) => dependsOn.length === 0));
});

test('no two epics or tasks write the same file', () => {
  const epics = ['e1', 'e2'].map((id) => ({ id, title: 'Same title', description: 'Same' }));
  const paths = epics.flatMap((epic) =>
    ['a', 'b'].map((key) => {
      const [call] = defaultTurn(situation({ turn: 2, epic, task: { key, title: 'Same' } })).tools;
      return call?.input.path;
    }),
  );
  assert.equal(new Set(paths).size, 4);
});

test('a conflict is resolved with what both sides wrote', async () => {
  const folder = await createFolder();
  try {
    const conflicted = 'a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n======= not a marker\nd\n';
    await writeFiles(folder.path, { "it's.md": conflicted, 'two.md': conflicted });
    const [call] = defaultTurn(situation({ kind: 'conflict', files: ["it's.md", 'two.md'] })).tools;
    execFileSync('bash', ['-c', String(call?.input.command)], { cwd: folder.path });
    for (const file of ["it's.md", 'two.md']) {
      assert.equal(readFileSync(join(folder.path, file), 'utf8'), 'a\nb\nc\n======= not a marker\nd\n');
    }
  } finally {
    await folder.remove();
  }
});

test('a round whose turns are used up repeats its last one', () => {
  const last = defaultTurn(situation({ turn: 3 }));
  assert.equal(last.tools[0]?.tool, 'submit_work');
  assert.deepEqual(defaultTurn(situation({ turn: 9 })), last);
});

test('a scenario file is read, and a mistake in it is named', async () => {
  const folder = await createFolder();
  try {
    const yaml =
      'epics:\n  - title: T\n    tasks:\n      slugs:\n        review:\n          - - text: "{{task.kye}}"\n';
    await writeFiles(folder.path, { 'good.yaml': yaml, 'bad.yaml': yaml.replace('review', 'reviews') });
    const scenario = await loadScenario(join(folder.path, 'good.yaml'));
    const asked = situation({ kind: 'review', epic: { id: 'e', title: 'T', description: '' } });
    assert.throws(() => scenarioTurn(scenario, asked), /\{\{task\.kye\}\}/);
    assert.equal(scenarioTurn(scenario, { ...asked, round: 2 }), undefined);
    await assert.rejects(loadScenario(join(folder.path, 'bad.yaml')), /bad\.yaml is not valid[\s\S]*reviews/);
  } finally {
    await folder.remove();
  }
});
