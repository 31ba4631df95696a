/** The tmux server of our own, one per state folder and host: sessions, windows by tmux's ids, and their end. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExecError, type ExecResult, exec, inheritedEnvironment } from '../../exec.ts';
import { failure, finalFailure } from '../failures.ts';
import { isAlive } from '../is-alive.ts';
import { endProcesses } from './end-processes.ts';

/** Where a host's tmux server is; nothing runs until a window is opened. */
export interface Terminal {
  readonly socket: string;
}

export interface Window {
  /** The pid of the window's own process, our wrapper. */
  readonly pid: number;
}

interface Pane extends Window {
  /** Its command line, which names the cookie of a durable command. */
  readonly command: string;
}

const COOKIE = /\b[0-9a-f]{32}\b/;
const FOLLOW = join(import.meta.dirname, 'follow.sh');
const FOLDER_PREFIX = 'factory-';
/** What a socket's address holds, its closing zero excluded. */
const SOCKET_BYTES = process.platform === 'darwin' ? 103 : 107;

/** The socket is `socket` when given, else in a folder of this user's own that is derived from state folder and host. */
export function createTerminal(options: { stateDir: string; host: string; socket?: string | undefined }): Terminal {
  const hash = createHash('sha256').update(`${options.stateDir}\0${options.host}`).digest('hex').slice(0, 12);
  const socket = options.socket ?? join(tmpdir(), `${FOLDER_PREFIX}${userInfo().uid}-${hash}`, 'tmux');
  const bytes = Buffer.byteLength(socket);
  if (bytes > SOCKET_BYTES) {
    throw finalFailure(
      'TerminalUnavailable',
      `The tmux socket's path has ${bytes} bytes and the system allows ${SOCKET_BYTES}: ${socket}. Set TMUX_SOCKET_PATH to a shorter one.`,
    );
  }
  return { socket };
}

/** The argv with which a person looks on, without being able to type; window 0 shows the newest command. */
export function attachArgv(terminal: Terminal, session: string): string[] {
  return ['tmux', '-S', terminal.socket, 'attach-session', '-r', '-t', `=${session}`];
}

/** Sessions that this process has seen, by socket and name; one may have ended since. */
const SEEN = new Set<string>();
const MOST_SEEN = 1_000;
const keyOf = ({ socket }: Terminal, session: string): string => `${socket}\0${session}`;

/**
 * Opens a window that runs `argv` and ends with it, in `session`, which is made when missing; its window 0 follows the
 * commands whose journals are in `folder`. One call of tmux, but for the first window of a host.
 */
export async function openWindow(
  terminal: Terminal,
  options: { session: string; folder: string; name: string; argv: readonly string[] },
): Promise<Window> {
  const { session, folder, name, argv } = options;
  const target = `=${session}:`;
  const window = ['new-window', '-d', '-P', '-F', '#{pane_pid}', '-n', name, '-c', folder, '-t', target, ...argv];
  const key = keyOf(terminal, session);
  requirePrivateFolder(dirname(terminal.socket));
  let said = '';
  for (const args of attempts(terminal, key, window, newSession(session, folder))) {
    const { exitCode, stdout, stderr } = await tmux(terminal, args);
    if (exitCode === 0 && stdout !== '') {
      noteSeen(key);
      return { pid: Number(stdout) };
    }
    said += stderr;
  }
  SEEN.delete(key);
  throw finalFailure('TerminalUnavailable', `tmux opens no window: ${said.trim()}`);
}

/** Others may make the session, or end it, at the same time. A server keeps the arguments of who started it: not a window's. */
function attempts({ socket }: Terminal, key: string, window: string[], session: string[]): string[][] {
  if (SEEN.has(key)) return [window, session, window];
  return existsSync(socket) ? [[...session, ';', ...window], window] : [session, window];
}

function noteSeen(key: string): void {
  if (SEEN.size >= MOST_SEEN) SEEN.clear();
  SEEN.add(key);
}

/** The window whose command line contains `cookie`. */
export async function findWindow(terminal: Terminal, cookie: string): Promise<Window | undefined> {
  const panes = await listPanes(terminal, ['-a']);
  return panes.find((pane) => pane.command.includes(cookie));
}

/** The sessions that are there, by name. */
export const listSessions = (terminal: Terminal): Promise<string[]> => readSessions(terminal, '#{session_name}');

export interface Session {
  /** tmux's own, which no later session of that name has. */
  readonly id: string;
  readonly name: string;
}

/**
 * Those that were opened for journals below this folder: on a socket that somebody chose there may be others, of people or
 * of another state folder.
 */
export async function listSessionsOf(terminal: Terminal, journals: string): Promise<Session[]> {
  const lines = await readSessions(terminal, '#{session_id} #{session_name} #{session_path}');
  return lines.flatMap((line) => {
    const [id = '', name = ''] = line.split(' ', 2);
    return line === `${id} ${name} ${join(journals, name)}` ? [{ id, name }] : [];
  });
}

async function readSessions(terminal: Terminal, format: string): Promise<string[]> {
  if (!existsSync(terminal.socket)) return [];
  const { stdout } = await tmux(terminal, ['list-sessions', '-F', format]);
  return stdout.split('\n').filter((line) => line !== '');
}

/**
 * Ends a session, the one of this name or exactly this one, with every command in it; answers once nothing of them runs, or
 * when it cannot be ended in time.
 */
export async function endSession(terminal: Terminal, session: string | Session): Promise<void> {
  const [name, target] = typeof session === 'string' ? [session, `=${session}`] : [session.name, session.id];
  SEEN.delete(keyOf(terminal, name));
  const panes = await listPanes(terminal, ['-s', '-t', target], ['kill-session', '-t', target]);
  await untilEnded(panes);
}

/** Ends the server with every command of the host; answers once nothing of them runs, or when it cannot be ended in time. */
export async function endServer(terminal: Terminal): Promise<void> {
  const panes = await listPanes(terminal, ['-a']);
  if (existsSync(terminal.socket)) await tmux(terminal, ['kill-server']);
  await untilEnded(panes);
  const folder = dirname(terminal.socket);
  // Only the folder that was made for this; a chosen one stays.
  if (basename(folder).startsWith(FOLDER_PREFIX)) rmSync(folder, { recursive: true, force: true });
}

/**
 * Waits until wrappers have ended their commands and are gone. One that was killed, or that lost its terminal while it
 * began, may have left its command behind.
 */
async function untilEnded(panes: readonly Pane[]): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (panes.some(({ pid }) => isAlive(pid)) && performance.now() < deadline) await sleep(50);
  for (const { command } of panes) {
    const cookie = COOKIE.exec(command)?.[0];
    if (cookie !== undefined) await endProcesses(cookie);
  }
}

/** `then` is another command of tmux for the same call; without a pane there it does not run. */
async function listPanes(terminal: Terminal, which: readonly string[], then: readonly string[] = []): Promise<Pane[]> {
  // Without a server there is nothing to list or end, not even where tmux is missing.
  if (!existsSync(terminal.socket)) return [];
  const list = ['list-panes', ...which, '-F', '#{pane_pid} #{pane_start_command}'];
  const { stdout } = await tmux(terminal, then.length === 0 ? list : [...list, ';', ...then]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
}

/** Starts the server when there is none. Fails without harm, and before what follows, when there is the session. */
function newSession(session: string, folder: string): string[] {
  const set = (...option: string[]) => ['set-option', ...option, ';'];
  return [
    ...['start-server', ';'],
    ...set('-s', 'exit-empty', 'off'),
    ...set('-s', 'set-clipboard', 'off'),
    ...set('-g', 'update-environment', ''),
    ...set('-g', 'default-shell', '/bin/sh'),
    ...set('-g', 'history-limit', '5000'),
    ...set('-g', 'remain-on-exit', 'off'),
    ...set('-g', 'allow-rename', 'off'),
    ...set('-g', 'automatic-rename', 'off'),
    ...['new-session', '-d', '-x', '200', '-y', '50', '-s', session, '-n', 'newest', '-c', folder],
    ...['sh', FOLLOW, folder],
  ];
}

/** A folder that somebody else could write to would let them answer in tmux's place. */
function requirePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  const uid = userInfo().uid;
  if (
    !stat.isDirectory() ||
    (stat.uid !== uid && stat.uid !== 0) ||
    ((stat.mode & 0o022) !== 0 && (stat.mode & 0o1000) === 0)
  ) {
    throw finalFailure(
      'TerminalUnavailable',
      `${folder}, the folder of the tmux socket, can be written to by others. Remove it or set TMUX_SOCKET_PATH.`,
    );
  }
}

/** A server hands its starter's environment to every window, so its starter has next to none. */
async function tmux(terminal: Terminal, args: readonly string[]): Promise<ExecResult> {
  const result = await exec({
    file: 'tmux',
    args: ['-u', '-f', '/dev/null', '-S', terminal.socket, ...args],
    inherit: 'nothing',
    env: inheritedEnvironment(['PATH', 'HOME']),
    timeoutMs: 10_000,
  }).catch((cause: unknown) => {
    const nonRetryable = cause instanceof ExecError && cause.notFound;
    const remedy = nonRetryable ? ': install tmux 3.0 or newer (apt-get install tmux, brew install tmux)' : '';
    throw failure('TerminalUnavailable', `tmux cannot be started${remedy}`, { cause, nonRetryable });
  });
  // No answer is not the answer that there is no such window.
  if (result.timedOut) throw failure('TerminalUnavailable', `tmux ${args[0]} did not answer within 10 s`);
  return result;
}
