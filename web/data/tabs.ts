/** One tab of a browser does something for all of them: a browser opens six connections to an address, and a stream keeps one. */

interface Shared<News> {
  readonly name: string;
  /** Runs in one tab at a time; returns what ends it. */
  readonly lead: (tell: (news: News) => void) => () => void;
  /** Called in every tab with what the leading one tells, which may be this one. */
  readonly onNews: (news: News, isOwn: boolean) => void;
}

const BEAT_MS = 2_000;
/** A leading tab that is asleep or hangs keeps its lock; one that somebody looks at takes it away. */
const LATE_MS = 8_000;

type Message<News> = { readonly news: News } | { readonly beat: true };

/** Where a browser has no locks (a page that came by http from another machine), each tab is for itself. */
export function shareAmongTabs<News>({ name, lead, onNews }: Shared<News>): () => void {
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return lead((news) => onNews(news, true));
  const channel = new BroadcastChannel(name);
  const leaving = new AbortController();
  let heardAt = Date.now();
  let end: (() => void) | undefined;
  const post = (message: Message<News>) => channel.postMessage(message);

  channel.onmessage = ({ data }: MessageEvent<Message<News>>) => {
    heardAt = Date.now();
    if ('news' in data && end === undefined) onNews(data.news, false);
  };

  const leadUntilLeft = () => {
    end = lead((news) => {
      onNews(news, true);
      post({ news });
    });
    return new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()));
  };
  const campaign = (options: LockOptions) => {
    locks.request(name, options, leadUntilLeft).catch((error: unknown) => {
      end?.();
      end = undefined;
      if (leaving.signal.aborted) return;
      // Another tab took the lead away: this one waits for its turn. Without working locks each tab is for itself.
      if (error instanceof DOMException && error.name === 'AbortError') campaign({ signal: leaving.signal });
      else end = lead((news) => onNews(news, true));
    });
  };

  const beat = setInterval(() => {
    if (end !== undefined) post({ beat: true });
    else if (document.visibilityState === 'visible' && Date.now() - heardAt > LATE_MS) {
      heardAt = Date.now();
      campaign({ steal: true });
    }
  }, BEAT_MS);
  campaign({ signal: leaving.signal });

  return () => {
    clearInterval(beat);
    leaving.abort();
    end?.();
    channel.close();
  };
}
