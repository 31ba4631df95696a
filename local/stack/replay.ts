/** What a replay needs of this machine: the repository at the commit that the epic began with, and a stack of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mirrorPath } from '../../clients/git/names.ts';
import type { Config } from '../../config/config.ts';
import { exec } from '../../exec.ts';
import type { Recording } from '../../workflows/contract/recording.ts';
import { ensureExample } from './example.ts';
import { ownStackConfig } from './own-stack.ts';

/** The repository cannot be what the epic began with; the message says what would be. */
export class WrongRepository extends Error {
  override readonly name = 'WrongRepository';
}

export interface ReplayNeeds {
  readonly recording: Recording;
  /** The person's own repository, which has the commit; undefined for the example. */
  readonly repository: string | undefined;
  readonly modelUrl: string;
}

/**
 * The configuration of the replay's stack, with everything as it was settled for the recorded epic. Makes the repository
 * that it works on, a bare copy; throws when the commit is not there.
 */
export async function replayConfig(base: Config, { recording, repository, modelUrl }: ReplayNeeds): Promise<Config> {
  const { epic, prompts } = recording;
  const most = Math.max(epic.concurrency, base.host.capacity);
  const models = Object.entries(prompts).map(([purpose, prompt]) => [
    `CLAUDE_MODEL_${purpose.toUpperCase()}`,
    prompt?.model ?? '',
  ]);
  const maxTokens = Object.values(prompts).map((prompt) => prompt?.maxTokens);
  return ownStackConfig(
    base,
    'replay',
    (stateDir) => ({
      FACTORY_CONFIG: path.join(stateDir, 'recorded-repository.yaml'),
      GIT_BASE_REPO_PATH: '',
      ANTHROPIC_BASE_URL: modelUrl,
      // Whatever is asked is asked of the recording.
      ANTHROPIC_API_KEY: 'replay',
      // The person who recorded the epic chose its commands, and they run with none of this person's secrets.
      SECRETS_FILE: '',
      SANDBOX_READABLE: readableBesides(base).join(':'),
      ...Object.fromEntries(models),
      CLAUDE_MAX_TOKENS: String(maxTokens[0] ?? ''),
      HOST_CAPACITY: String(most + 1),
      MAX_TASKS: String(epic.concurrency),
      MAX_ATTEMPTS: String(epic.limits.attempts),
      MAX_ROUNDS: String(epic.limits.rounds),
      MAX_TURNS: String(epic.limits.turns),
      REQUIRE_HUMAN_APPROVAL: epic.approvals.length === 0 ? 'false' : epic.approvals.join(','),
    }),
    (stateDir) => layRepository(stateDir, epic, repository),
  );
}

/** A file of secrets that is not set is not hidden either, so no folder that holds it is readable. */
const readableBesides = ({ sandbox, secretsFile }: Config): string[] =>
  sandbox.readable.filter((folder) => secretsFile === undefined || !isWithin(secretsFile, folder));

const isWithin = (file: string, folder: string): boolean => !path.relative(folder, file).startsWith('..');

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

async function layRepository(stateDir: string, epic: Recording['epic'], given: string | undefined): Promise<void> {
  const { repository: name, baseBranch, baseSha } = epic;
  if (baseSha === null) throw new WrongRepository('The recording does not say with which commit the epic began');
  if (!COMMIT.test(baseSha)) throw new WrongRepository(`The recording names a commit that is none: ${baseSha}`);
  mkdirSync(stateDir, { recursive: true });
  const copy = path.join(stateDir, 'recorded.git');
  if (given === undefined) await ensureExample(copy);
  else await git(['clone', '--quiet', '--bare', '--', path.resolve(given), copy], stateDir);
  const repo = ['--git-dir', copy];
  if (!(await has(copy, baseSha))) {
    const where = given === undefined ? 'the example does not have' : `${given} does not have`;
    throw new WrongRepository(
      `The epic began with the commit ${baseSha} of the repository “${name}”, which ${where}. Name a clone that has it: --repository PATH`,
    );
  }
  if (!(await isOnBranch(given === undefined ? copy : path.resolve(given), baseBranch, baseSha))) {
    const where = given ?? 'the example';
    throw new WrongRepository(
      `The commit ${baseSha} is not on the branch ${baseBranch} of ${where}, so it may be anybody’s. Fetch the branch, or name a clone where it is: --repository PATH`,
    );
  }
  await git([...repo, 'update-ref', `refs/heads/${baseBranch}`, baseSha], stateDir);
  await git([...repo, 'symbolic-ref', 'HEAD', `refs/heads/${baseBranch}`], stateDir);
  const repositories = { [name]: { path: copy, baseBranch } };
  writeFileSync(path.join(stateDir, 'recorded-repository.yaml'), `${JSON.stringify({ repositories }, null, 2)}\n`);
}

const has = async (gitDir: string, commit: string): Promise<boolean> => {
  const args = ['--git-dir', gitDir, 'cat-file', '-e', `${commit}^{commit}`];
  return (await exec({ file: 'git', args, cwd: path.dirname(gitDir), timeoutMs: 60_000 })).exitCode === 0;
};

/** A clone may have what nobody merged; what is on the branch, here or as it was fetched, was. */
const isOnBranch = async (repository: string, branch: string, commit: string): Promise<boolean> => {
  const refs = [`refs/heads/${branch}`, `refs/remotes/*/${branch}`];
  return (await git(['for-each-ref', '--contains', commit, '--', ...refs], repository)) !== '';
};

async function git(args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await exec({ file: 'git', args: [...args], cwd, timeoutMs: 600_000 });
  if (exitCode !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`);
  return stdout;
}

/** The tree of the commit that the replay's epic was merged as. */
export async function mergedTree(config: Config, repository: string, commit: string): Promise<string> {
  const gitDir = mirrorPath(config.stateDir, repository);
  const copy = config.repositories[repository]?.path ?? gitDir;
  const repo = (await has(copy, commit)) ? copy : gitDir;
  return (await git(['--git-dir', repo, 'rev-parse', `${commit}^{tree}`], config.stateDir)).trim();
}

const MOST_DIFF_LINES = 60;

/** A unified diff, cut to what a screen holds. */
export async function unifiedDiff(recorded: string, now: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'factory-replay-'));
  try {
    for (const [name, text] of Object.entries({ recorded, now })) writeFileSync(path.join(folder, name), `${text}\n`);
    const args = ['diff', '--no-index', '--no-color', '--no-ext-diff', '--unified=2', '--no-prefix', 'recorded', 'now'];
    const { stdout } = await exec({ file: 'git', args, cwd: folder, timeoutMs: 60_000 });
    const lines = stdout.split('\n').filter((line) => !/^(diff --git|index) /.test(line));
    const left = lines.length - MOST_DIFF_LINES;
    const shown = lines.slice(0, MOST_DIFF_LINES).map((line) => (line.length > 400 ? `${line.slice(0, 399)}…` : line));
    return [...shown, ...(left > 1 ? [`… and ${left} more lines`] : [])].join('\n').trimEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
