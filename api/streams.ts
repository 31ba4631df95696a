/** Server-sent events on one response: frames out, alive when nothing happens, and ended rather than waited for. */
import type { ServerResponse } from 'node:http';

/** A reader that has left more unread is dropped: it resumes where it was once it reads again. */
const MOST_UNREAD_BYTES = 512_000;
const ALIVE_EVERY_MS = 15_000;
/** A reader that does not read is not waited for when the API stops. */
const MOST_FOR_END_MS = 500;

export interface StreamOptions {
  /** The reader's position, for comments: one that sees few events would be left behind by its last. */
  readonly position?: () => string | undefined;
  readonly onSlow: () => void;
  /** Called once, however it ends. */
  readonly onEnd: () => void;
}

export interface Frame {
  /** To resume from, where a stream can be. */
  readonly id?: string;
  readonly event: string;
  readonly data: object | null;
}

/** Sends the headers at once. The response is nobody else's from here on. */
export function openStream(response: ServerResponse, { position, onSlow, onEnd }: StreamOptions) {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Of nginx, which else keeps events back.
    'x-accel-buffering': 'no',
  });
  const write = (text: string): void => {
    if (response.writableEnded || response.destroyed) return;
    // Asked before, since one event alone may be as long.
    if (response.writableLength <= MOST_UNREAD_BYTES) response.write(text);
    else {
      onSlow();
      response.destroy();
    }
  };
  const comment = (text: string): void => {
    const at = position?.();
    write(`: ${text}\n${at === undefined ? '' : `id: ${at}\n`}\n`);
  };
  const alive = setInterval(() => comment('alive'), ALIVE_EVERY_MS);
  response.once('close', () => {
    clearInterval(alive);
    onEnd();
  });
  // The reader may have left before it was answered.
  if (response.destroyed) setImmediate(() => response.emit('close'));
  return {
    comment,
    send: ({ id, event, data }: Frame): void =>
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    /** The connection ends with it, so that a server that closes has nothing to wait for. */
    end(): void {
      response.end(() => response.socket?.destroySoon());
      const late = setTimeout(() => response.destroy(), MOST_FOR_END_MS);
      response.once('close', () => clearTimeout(late));
    },
  };
}

export type Stream = ReturnType<typeof openStream>;
