/** Plays situations side by side on one stack, and finds what differs from what they promise. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { Scenario } from '../../local/scripted-scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { createFolder, createRepository, type Repository, repositoryAt } from '../support/git.ts';
import { approveAll, type EpicNow, playEpic } from '../support/play-epic.ts';
import { verifyFresh } from './fresh.ts';
import type { Seen, Situation } from './situation.ts';

interface Played {
  readonly situation: Situation;
  readonly problems: readonly string[];
}

/** A test for each. */
export function testSituations(situations: readonly Situation[]): void {
  let played: readonly Played[] = [];
  before(async () => {
    played = await playSituations(situations);
  });
  for (const { name, what } of situations) {
    test(`${name}: ${what}`, () => {
      const { problems } = played.find(({ situation }) => situation.name === name) as Played;
      assert.deepEqual(problems, []);
    });
  }
}

const EPIC_MS = 180_000;

/** Starts one stack, plays all of them on it, and ends it. */
async function playSituations(situations: readonly Situation[]): Promise<Played[]> {
  const repositories = new Map<string, Repository>();
  for (const { name, files, isCheckedOut, prepare } of situations) {
    const repository = await createRepository({ files, bare: isCheckedOut !== true });
    repositories.set(name, repository);
    await prepare?.(repository);
  }
  const factory = await startFactory({
    model: { scenario: scenarioOf(situations) },
    repositories: Object.fromEntries([...repositories].map(([name, { path }]) => [name, path])),
    variables: {
      MAX_EPICS: '40',
      MAX_TASKS: '3',
      HOST_CAPACITY: '40',
      MAX_ATTEMPTS: '2',
      REQUIRE_HUMAN_APPROVAL: 'merge',
    },
  });
  try {
    const playOne = (situation: Situation) => play(factory, repositories.get(situation.name) as Repository, situation);
    return await Promise.all(situations.map(playOne));
  } finally {
    await factory.end();
    for (const repository of repositories.values()) await repository.remove();
  }
}

async function play(factory: Factory, repository: Repository, situation: Situation): Promise<Played> {
  const { name, tasks, fields, answer = approveAll, deeds = [] } = situation;
  const body = {
    ...{ title: name, repository: name },
    tasks: Object.keys(tasks).map((key) => ({ key, title: `Do ${key}` })),
    ...fields,
  };
  const questions = new Set<string>();
  const hear: typeof answer = (request) => {
    questions.add(request.question);
    return answer(request);
  };
  const epic = await playEpic(factory, { id: name, body, answer: hear, deeds }, EPIC_MS);
  const problems: string[] = [];
  if (epic === undefined) problems.push('was not accepted');
  else {
    const said = [...questions, ...(await wordsOf(factory, epic))];
    const told = toldIn(factory, name);
    if (epic.state !== situation.ends)
      problems.push(`is ${epic.state}, not ${situation.ends}: ${JSON.stringify(epic)}`);
    for (const words of situation.says) {
      if (!said.some((text) => text.includes(words)))
        problems.push(`nobody was told "${words}"; people saw:\n${said.join('\n')}`);
    }
    for (const words of situation.tells ?? []) {
      if (!told.some((text) => text.includes(words))) problems.push(`no agent was told "${words}"`);
    }
    problems.push(...(await checkClone({ epic, factory, repository, told }, situation)));
  }
  return { situation, problems };
}

/** What is on the base passes, in a fresh clone, what the evidence claims of it. */
async function checkClone(seen: Omit<Seen, 'clone'>, { check }: Situation): Promise<string[]> {
  const folder = await createFolder('clone');
  try {
    const clone = repositoryAt(folder.path);
    // The forge's, since a branch that is checked out is not moved.
    const from = seen.epic.mirror ?? seen.repository.path;
    await clone.git('clone', '--quiet', '--no-local', '--branch', 'main', `file://${from}`, '.');
    await cloneSubmodules(clone, seen.repository);
    const problems = seen.epic.state === 'COMPLETED' ? await verifyFresh(clone.path) : [];
    await check?.({ ...seen, clone });
    return problems;
  } catch (error) {
    return [String(error)];
  } finally {
    await folder.remove();
  }
}

/** Relative addresses are meant from the person's repository. */
async function cloneSubmodules(clone: Repository, { path }: Repository): Promise<void> {
  if (!existsSync(join(clone.path, '.gitmodules'))) return;
  await clone.git('remote', 'set-url', 'origin', path);
  // What cannot be fetched is the situation's own matter.
  await clone.git('-c', 'protocol.file.allow=always', 'submodule', 'update', '--init', '--recursive').catch(() => {});
}

/** Reasons, evidence and the decision log. */
async function wordsOf(factory: Factory, epic: EpicNow): Promise<string[]> {
  const path = { id: epic.id };
  const { data: log } = await factory.api.GET('/epics/{id}/log', { params: { path } });
  const tasks = await Promise.all(
    epic.tasks.map(({ id }) => factory.api.GET('/tasks/{id}', { params: { path: { id } } })),
  );
  return [
    ...[epic.failure?.message ?? ''],
    ...tasks.flatMap(({ data }) => [
      data?.failure?.message ?? '',
      ...(data?.evidence ?? []).map(({ check, output }) => `${check}: ${output}`),
    ]),
    ...(log ?? []).map(({ decision, reason }) => `${decision}: ${reason ?? ''}`),
  ].filter((text) => text !== '');
}

function toldIn(factory: Factory, epicId: string): string[] {
  return factory.model.calls
    .filter(({ situation }) => situation?.epic.id === epicId)
    .flatMap(({ request }) =>
      request === undefined ? [] : [...request.messages.map(({ content }) => JSON.stringify(content))],
    );
}

function scenarioOf(situations: readonly Situation[]): Scenario {
  return Scenario.parse({ epics: situations.map(({ name, tasks }) => ({ title: name, tasks })) });
}
