/** The only caller of execa: argv without a shell, an environment by allow-list, time limits, an output cap, cancellation. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { variablesNamed } from './config/environment.ts';
import { effortOf } from './process-effort.ts';

export interface ExecOptions {
  readonly file: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** On top of what is inherited; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How much of our own environment: by default INHERITED, since the rest may hold our keys. */
  readonly inherit?: 'nothing' | 'listed' | 'all';
  /** Written to stdin; without it stdin is empty. */
  readonly input?: string;
  /** From its start to its end. */
  readonly timeoutMs?: number;
  /** Without progress: nothing is written, and by /proc neither CPU time nor a disk is used. Elsewhere only output counts. */
  readonly idleMs?: number;
  /** Called with what is written to stderr, as it comes. */
  readonly onStderr?: ((text: string) => void) | undefined;
  /** Of stdout and of stderr each (in characters); a program that writes more is ended and `truncated` says so. */
  readonly maxBytes?: number;
  /** Aborted, it ends the program, and exec throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ExecResult {
  /** 128 + n after signal n, as shells count. */
  readonly exitCode: number;
  /** Exactly what was written, the last newline too. */
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  /** Ended by one of its time limits. */
  readonly timedOut: boolean;
}

/** The program could not be started. */
export class ExecError extends Error {
  readonly file: string;
  /** There is no such program on PATH. */
  readonly notFound: boolean;

  constructor(message: string, facts: { file: string; notFound: boolean; cause: unknown }) {
    super(message, { cause: facts.cause });
    this.name = 'ExecError';
    this.file = facts.file;
    this.notFound = facts.notFound;
  }
}

/** What a program needs to find its way about, and none of our secrets. */
const INHERITED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'XDG_CONFIG_HOME'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
  ...[
    'SSH_AUTH_SOCK',
    'GIT_SSH_COMMAND',
    'GIT_SSH',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'NODE_EXTRA_CA_CERTS',
    'NODE_USE_ENV_PROXY',
  ],
];

/** Those of our own variables that have one of these names. */
export function inheritedEnvironment(names: readonly string[] = INHERITED): Record<string, string> {
  return variablesNamed(names);
}

/** Who starts programs: this process, until a large one hands that over (worker/runner.ts says why). */
let start: (options: ExecOptions) => Promise<ExecResult> = execHere;

/** From now on `exec` asks `elsewhere`; once a process, before anything runs. */
export function execElsewhere(elsewhere: typeof start): void {
  start = elsewhere;
}

/**
 * Runs a program to its end. An exit code other than 0, a time-out and a cut output are results;
 * it throws ExecError when the program cannot be started, and the signal's reason when that was aborted.
 */
export const exec = (options: ExecOptions): Promise<ExecResult> => start(options);

/** `exec` in this very process. */
export async function execHere(options: ExecOptions): Promise<ExecResult> {
  const { file, args = [], cwd, env = {}, inherit = 'listed', input, timeoutMs, idleMs, maxBytes, signal } = options;
  signal?.throwIfAborted();
  const idle = new AbortController();
  const program = execa(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...(inherit === 'listed' ? inheritedEnvironment() : {}), ...env },
    extendEnv: inherit === 'all',
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    cancelSignal: signal === undefined ? idle.signal : AbortSignal.any([signal, idle.signal]),
    maxBuffer: maxBytes ?? 64 * 1024 * 1024,
    stripFinalNewline: false,
    forceKillAfterDelay: 1_000,
    killDescendants: true,
    reject: false,
  });
  program.stderr?.on('data', (chunk: Buffer | string) => options.onStderr?.(chunk.toString()));
  const stopWatching = idleMs === undefined ? undefined : watchProgress(program, idleMs, () => idle.abort());
  const result = await program.finally(stopWatching);
  const isIdle = idle.signal.aborted && result.isCanceled;
  if (result.isCanceled) signal?.throwIfAborted();
  if (result.exitCode === undefined && result.signal === undefined && !result.timedOut && !result.isMaxBuffer) {
    throw cannotStart(file, cwd, result.code, result.cause ?? result);
  }
  return {
    exitCode: result.exitCode ?? 128 + constants.signals[result.signal ?? 'SIGTERM'],
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    truncated: result.isMaxBuffer,
    timedOut: result.timedOut || isIdle,
  };
}

interface Watched {
  readonly pid?: number | undefined;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** Calls `onIdle` when the program made no progress for so long; returns what ends the watch. */
function watchProgress(program: Watched, idleMs: number, onIdle: () => void): () => void {
  let lastAt = performance.now();
  let effort: number | undefined;
  const noteOutput = () => {
    lastAt = performance.now();
  };
  program.stdout?.on('data', noteOutput);
  program.stderr?.on('data', noteOutput);
  const look = () => {
    const before = effort;
    effort = program.pid === undefined ? undefined : effortOf(program.pid);
    if (effort !== before) noteOutput();
    else if (performance.now() - lastAt >= idleMs) onIdle();
  };
  const timer = setInterval(look, Math.min(idleMs / 4, MOST_BETWEEN_LOOKS_MS));
  return () => clearInterval(timer);
}

const MOST_BETWEEN_LOOKS_MS = 5_000;

// A missing working folder looks the same as a missing program (ENOENT).
function cannotStart(file: string, cwd: string | undefined, code: string | undefined, cause: unknown): ExecError {
  if (cwd !== undefined && !existsSync(cwd)) {
    return new ExecError(`Cannot run ${file}: the folder ${cwd} does not exist`, { file, notFound: false, cause });
  }
  const notFound = code === 'ENOENT';
  const reason = notFound ? 'it is not installed or not on PATH' : (code ?? 'it could not be started');
  return new ExecError(`Cannot run ${file}: ${reason}`, { file, notFound, cause });
}
