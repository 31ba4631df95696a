/** Plays situations side by side on one stack, and finds what differs from what they promise. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { Scenario } from '../../local/model/scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { createFolder, createRepository, type Repository, repositoryAt } from '../support/git.ts';
import { startGitHub } from '../support/github/server.ts';
import { useLfs } from '../support/lfs.ts';
import { approveAll, type EpicNow, playEpic, within } from '../support/play-epic.ts';
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
    played = await playSituations(situations.filter(({ skip = false }) => skip === false));
  });
  for (const { name, what, skip = false } of situations) {
    test(`${name}: ${what}`, { skip }, () => {
      const { problems } = played.find(({ situation }) => situation.name === name) as Played;
      assert.deepEqual(problems, []);
    });
  }
}

const EPIC_MS = 180_000;
/** More of them only wait for each other on a small machine. */
const AT_ONCE = 12;

/** A stack for each forge, side by side. */
async function playSituations(situations: readonly Situation[]): Promise<Played[]> {
  const onGitHub = situations.filter(({ gitHub }) => gitHub !== undefined);
  const local = situations.filter(({ gitHub }) => gitHub === undefined);
  const played = await Promise.all([
    local.length === 0 ? [] : playOn(local),
    onGitHub.length === 0 ? [] : playOnGitHub(onGitHub),
  ]);
  return played.flat();
}

/** Starts one stack, plays all of them on it, and ends it. */
async function playOn(
  situations: readonly Situation[],
  { variables = {}, open = openLocal, origin }: Forge = {},
): Promise<Played[]> {
  const opened = new Map<string, Opened>();
  for (const situation of situations) opened.set(situation.name, await open(situation));
  const factory = await startFactory({
    model: { scenario: scenarioOf(situations) },
    ...(origin === undefined ? {} : { origin }),
    repositories: Object.fromEntries([...opened].map(([name, { path }]) => [name, path])),
    variables: {
      ...{ MAX_EPICS: '40', MAX_TASKS: '3', HOST_CAPACITY: '40', MAX_ATTEMPTS: '2', REQUIRE_HUMAN_APPROVAL: 'merge' },
      ...variables,
    },
  });
  const played: Played[] = [];
  const left = [...situations];
  const playRest = async () => {
    for (let situation = left.shift(); situation !== undefined; situation = left.shift()) {
      played.push(await play(factory, (opened.get(situation.name) as Opened).repository, situation));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, playRest));
    return played;
  } finally {
    await factory.end();
    for (const { remove } of opened.values()) await remove();
  }
}

interface Forge {
  readonly variables?: Readonly<Record<string, string>>;
  readonly open?: (situation: Situation) => Promise<Opened>;
  /** Of the repository that no situation uses. */
  readonly origin?: string;
}

/** The repository whose base branch counts, and where the factory finds it. */
interface Opened {
  /** It may be moved on the way. */
  readonly repository: () => Repository;
  readonly path: string;
  readonly remove: () => Promise<void>;
}

async function openLocal({ files, isCheckedOut, prepare, place }: Situation): Promise<Opened> {
  const repository = await createRepository({ files, bare: isCheckedOut !== true });
  await prepare?.(repository);
  const path = place?.(repository) ?? repository.path;
  return { repository: () => repository, path, remove: repository.remove };
}

async function playOnGitHub(situations: readonly Situation[]): Promise<Played[]> {
  const github = await startGitHub();
  github.addUser('token-factory', 'factory-bot');
  Object.assign(process.env, await github.machine('token-factory', 'factory-bot'));
  const open = async ({ name, files, gitHub }: Situation): Promise<Opened> => {
    const permissions = { 'factory-bot': 'write' } as const;
    const state = await github.createRepository(`acme/${name}`, { files, permissions });
    const clone = await createRepository({ bare: true });
    await clone.git('remote', 'set-url', 'origin', `${github.url}/acme/${name}.git`);
    await gitHub?.(state, github);
    return { repository: () => state.git, path: clone.path, remove: clone.remove };
  };
  try {
    await github.createRepository('acme/work', { permissions: { 'factory-bot': 'write' } });
    const variables = { FORGE: 'github', GITHUB_SETTLE_SECONDS: '0' };
    return await playOn(situations, { variables, open, origin: `${github.url}/acme/work.git` });
  } finally {
    await github.close();
  }
}

async function play(factory: Factory, repository: () => Repository, situation: Situation): Promise<Played> {
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
  const epic = await playEpic(factory, { id: name, body, answer: hear, deeds }, within(EPIC_MS));
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
    problems.push(...(await checkClone({ epic, factory, repository: repository(), told }, situation)));
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
    const isDone = seen.epic.state === 'COMPLETED';
    if (isDone) await checkOutLfs(clone);
    const problems = isDone ? await verifyFresh(clone.path) : [];
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

/** As somebody's git does it who has git-lfs. */
async function checkOutLfs(clone: Repository): Promise<void> {
  const attributes = await clone.git('show', 'HEAD:.gitattributes').catch(() => '');
  if (!attributes.includes('filter=lfs')) return;
  await useLfs(clone);
  // All of them are written again.
  await clone.git('read-tree', '--empty');
  await clone.git('reset', '--quiet', '--hard');
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
      request === undefined
        ? []
        : [JSON.stringify(request.system ?? ''), ...request.messages.map(({ content }) => JSON.stringify(content))],
    );
}

function scenarioOf(situations: readonly Situation[]): Scenario {
  return Scenario.parse({ epics: situations.map(({ name, tasks }) => ({ title: name, tasks })) });
}
