/** Where programs are and which version they have, asked once and then kept until the file changes. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findProgram } from '../../clients/terminal/find-program.ts';
import { cacheHome, searchPath } from '../../config/environment.ts';
import { exec } from '../../exec.ts';

/** Programs that setup obtained, and what it found out; shared by all checkouts of a person. */
export function cacheFolder(): string {
  const base = cacheHome();
  return path.join(
    base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), '.cache'),
    'factoryfactory',
  );
}

/** The first executable file of that name on PATH. */
export const onPath = (name: string): string | undefined => findProgram(searchPath(), name);

/**
 * The version that a program tells with `args`: the numbers that `pattern` captures, or nothing if it does not run.
 * Starting a program costs up to 0.3 s, so the answer is kept beside the file's size and time of change.
 */
export async function versionOf(
  file: string,
  args: readonly string[],
  pattern = /(\d+(?:\.\d+)+)/,
): Promise<string | undefined> {
  const { size, mtimeMs } = statSync(file);
  const key = [file, ...args, size, mtimeMs].join(' ');
  const known = readVersions();
  if (known[key] !== undefined) return known[key];
  const result = await exec({ file, args, timeoutMs: 10_000 }).catch(() => undefined);
  const version = pattern.exec(`${result?.stdout ?? ''}\n${result?.stderr ?? ''}`)?.[1];
  if (version !== undefined) writeVersions({ ...readVersions(), [key]: version });
  return version;
}

/** Whether `version` is at least `least`, number by number; letters behind a number (3.3a) do not count. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [given, wanted] = [numbers(version), numbers(least)];
  for (let i = 0; i < wanted.length; i++) {
    const difference = (given[i] ?? 0) - (wanted[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

const versionsFile = () => path.join(cacheFolder(), 'versions.json');

function readVersions(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(versionsFile(), 'utf8'));
  } catch {
    return {};
  }
}

/** A cache folder that cannot be written costs time, nothing else. */
function writeVersions(versions: Record<string, string>): void {
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    const draft = `${versionsFile()}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(Object.fromEntries(Object.entries(versions).slice(-50))));
    renameSync(draft, versionsFile());
  } catch {}
}
