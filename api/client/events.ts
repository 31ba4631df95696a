/** Reads server-sent events by fetch, in a browser or in Node: a token can be sent, and the caller decides when to try again. */

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  /** The last id that was received, to resume from; empty before the first. */
  readonly id: string;
}

export interface EventsRequest {
  readonly url: string;
  readonly fetch?: typeof fetch;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called once the stream is given, which may be long before its first event. */
  readonly onOpen?: () => void;
  /** A stream that says nothing for so long, not even that it is alive, counts as lost. */
  readonly silenceMs?: number;
}

/** The stream was not given: the API has none, has too many, or does not let this caller in. */
export class EventsRefused extends Error {
  override readonly name = 'EventsRefused';
  readonly status: number;
  constructor(status: number) {
    super(`The stream of events was refused (${status})`);
    this.status = status;
  }
}

const SILENCE_MS = 40_000;
const TYPE = 'text/event-stream';

/**
 * Yields `open` once the stream is there, then each event as it comes, those without data too, since their id counts. Ends
 * when the server ends the stream.
 * Fails: EventsRefused; whatever fetch throws; "no sign of life" after `silenceMs`.
 */
export async function* readEvents(request: EventsRequest): AsyncGenerator<ServerEvent, void, undefined> {
  const { url, fetch: send = fetch, headers = {}, signal, onOpen, silenceMs = SILENCE_MS } = request;
  const silence = new AbortController();
  const rest = () => silence.abort(new Error(`The stream of events gave no sign of life for ${silenceMs / 1_000} s`));
  let timer = setTimeout(rest, silenceMs);
  const until = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
  try {
    const response = await send(url, { headers: { ...headers, accept: TYPE }, cache: 'no-store', signal: until });
    const isStream = response.headers.get('content-type')?.startsWith(TYPE) === true;
    if (!response.ok || !isStream || response.body === null) {
      await response.body?.cancel();
      throw new EventsRefused(response.ok ? 406 : response.status);
    }
    const lastId = headers['last-event-id'] ?? '';
    yield { event: 'open', data: '', id: lastId };
    onOpen?.();
    const parse = createParser(lastId);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(rest, silenceMs);
        yield* parse(value);
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A function that takes text as it comes, cut anywhere, and returns the events that it completes. */
export function createParser(lastId = ''): (text: string) => ServerEvent[] {
  let [rest, id, event, data] = ['', lastId, '', [] as string[]];
  let isEmpty = true;

  function take(line: string): void {
    const [, field = line, value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
    else return;
    isEmpty = false;
  }

  return (text) => {
    const events: ServerEvent[] = [];
    // A carriage return at the end may be half of a line's end.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') take(line);
      else if (!isEmpty) {
        events.push({ event: event === '' ? 'message' : event, data: data.join('\n'), id });
        [event, data, isEmpty] = ['', [], true];
      }
    }
    return events;
  };
}
