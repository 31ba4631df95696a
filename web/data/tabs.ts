/** One tab of a browser does something for all of them: a browser opens six connections to an address, and a stream keeps one. */

interface Shared<News> {
  readonly name: string;
  /** Runs in one tab at a time; returns what ends it. */
  readonly lead: (tell: (news: News) => void) => () => void;
  /** Called in every tab with what the leading one tells. */
  readonly onNews: (news: News) => void;
}

/** Where a browser has no locks (a page that came by http from another machine), each tab is for itself. */
export function shareAmongTabs<News>({ name, lead, onNews }: Shared<News>): () => void {
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return lead(onNews);
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<News>) => onNews(data);
  const leaving = new AbortController();
  const untilLeft = new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()));
  let end: (() => void) | undefined;
  void locks
    .request(name, { signal: leaving.signal }, async () => {
      end = lead((news) => {
        onNews(news);
        channel.postMessage(news);
      });
      await untilLeft;
    })
    // Left before its turn to lead came.
    .catch(() => {});
  return () => {
    end?.();
    leaving.abort();
    channel.close();
  };
}
