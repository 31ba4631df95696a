/** All languages of tests, and which one a file is in. */
import { CSHARP, FSHARP } from './dotnet.ts';
import { JAVASCRIPT } from './javascript.ts';
import { GROOVY, JAVA, KOTLIN, SCALA } from './jvm.ts';
import type { Language } from './language.ts';
import { CLOJURE, DART, ELIXIR, ERLANG, HASKELL, JULIA, R, ROBOT, SWIFT, TERRAFORM } from './more-languages.ts';
import { BAZEL, PYTHON } from './python.ts';
import { LUA, PERL, PHP, RUBY, SHELL } from './scripting-languages.ts';
import { CPP, CTEST, GO, RUST, ZIG } from './systems-languages.ts';

export const LANGUAGES: readonly Language[] = [
  ...[PYTHON, JAVASCRIPT, GO, RUST, JAVA, KOTLIN, GROOVY, SCALA, CSHARP, FSHARP, RUBY, PHP, SWIFT, DART, ELIXIR],
  ...[CTEST, CPP, ZIG, BAZEL, PERL, SHELL, LUA, HASKELL, R, JULIA, CLOJURE, ERLANG, ROBOT, TERRAFORM],
];

export const languageOf = (path: string): Language | undefined => LANGUAGES.find(({ files }) => files.test(path));

/** A snapshot: each of its lines is an expectation. */
export const isSnapshot = (path: string): boolean => /\.(?:snap|ambr)$|\.(?:approved|verified)\.\w+$/.test(path);

/** Folders of vendored code and of test data. */
const FOREIGN =
  /(^|\/)(?:vendor|node_modules|third[_-]?party|bower_components|Pods|\.venv|venv|site-packages|testdata|__?fixtures__?|fixtures|__mocks__)\//;

/** Whether a file may hold tests: by its name alone, or by its folder when it is in a language of tests. */
export function mayHoldTests(path: string, isTestPath: (path: string) => boolean): boolean {
  if (FOREIGN.test(path)) return false;
  if (isSnapshot(path)) return isTestPath(path);
  const language = languageOf(path);
  if (language === undefined) return false;
  return language.inline !== undefined || language.anywhere?.test(path) === true || isTestPath(path);
}

/** How surely runners collect a file by its name: 0 is surest, Infinity not at all. */
export function rankOf(path: string): number {
  const language = languageOf(path);
  if (language === undefined) return Infinity;
  if (language.collected.length === 0) return 0;
  const rank = language.collected.findIndex((pattern) => pattern.test(path));
  return rank === -1 ? Infinity : rank;
}

/** The runner that would collect a file, in words. */
export const runnerOf = (path: string, from?: string): string =>
  (languageOf(path) ?? languageOf(from ?? ''))?.runner ?? 'the runner';
