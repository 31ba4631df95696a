/** The usual paths that wait for a person, and the everyday ones that must not: lists of their own, not of the table's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protections } from '../../activities/change/protections.ts';
import { ProtectedGroup } from '../../workflows/contract/protected.ts';
import { EVERYDAY, USUAL } from '../support/usual-paths.ts';

const groupOf = (path: string, isFile = true) => protections({})(path, isFile)?.why?.split(':')[0];

for (const group of ProtectedGroup.options) {
  test(`usual paths of the group ${group} wait for a person, and the question says why`, () => {
    const missed = USUAL[group].filter((path) => groupOf(path) === undefined);
    assert.deepEqual(missed, []);
    const only = protections({ protected: [group] });
    assert.deepEqual(
      USUAL[group].filter((path) => !only(path, true)?.why?.startsWith(`${group}: `)),
      [],
      'where no other group is chosen',
    );
  });
}

test('at least 196 usual paths are walked, and 60 that are not', () => {
  const usual = new Set(Object.values(USUAL).flat());
  assert.ok(usual.size >= 196, `${usual.size}`);
  assert.ok(new Set(EVERYDAY).size >= 60, `${EVERYDAY.length}`);
});

test('everyday paths wait for nobody', () => {
  const why = protections({});
  assert.deepEqual(
    EVERYDAY.flatMap((path) => (why(path, true) === undefined ? [] : [`${path}: ${why(path, true)?.why}`])),
    [],
  );
});

test('letters of either case count, and a link in the place of a folder of protected files', () => {
  for (const path of ['.GitHub/Workflows/CI.yml', 'JENKINSFILE', 'a/Claude.MD', '.Husky/pre-push', 'codeOwners']) {
    assert.ok(groupOf(path) !== undefined, path);
  }
  assert.equal(groupOf('gradle', false), 'autorun');
  assert.equal(groupOf('a/.yarn', false), 'autorun');
  assert.equal(groupOf('gradle'), undefined);
  assert.equal(groupOf('src', false), undefined);
});

test('a list of one’s own stands for the groups, unless groups are named beside it', () => {
  const ways: [Parameters<typeof protections>[0], string[]][] = [
    [{}, ['.npmrc', 'Jenkinsfile', 'factory.yaml']],
    [{ protectedPaths: ['infra'] }, ['infra/a', 'factory.yaml']],
    [{ protected: ['ci'] }, ['Jenkinsfile', 'factory.yaml']],
    [{ protected: ['ci'], protectedPaths: ['infra'] }, ['infra/a', 'Jenkinsfile', 'factory.yaml']],
    [{ protected: [] }, ['factory.yaml']],
    [{ protectedPaths: [] }, []],
    [{ protected: [], protectedPaths: [] }, []],
    [{ protected: ['ci'], protectedPaths: [] }, ['Jenkinsfile', 'factory.yaml']],
  ];
  for (const [policy, expected] of ways) {
    const why = protections(policy);
    const found = ['infra/a', '.npmrc', 'Jenkinsfile', 'factory.yaml'].filter((path) => why(path, true) !== undefined);
    assert.deepEqual(found.toSorted(), expected.toSorted(), JSON.stringify(policy));
  }
});
