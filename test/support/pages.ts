/** The dashboard and a browser for a test file: there before its first test, gone after its last; neither without Chromium. */
import { after, before } from 'node:test';
import { startBrowser, type TestBrowser, withoutBrowser } from './browser.ts';
import { type DashboardOptions, startDashboard } from './dashboard.ts';
import type { Files } from './git.ts';
import { createMirror } from './mirror.ts';

interface Pages {
  readonly dashboard: Awaited<ReturnType<typeof startDashboard>>;
  readonly browser: TestBrowser;
}

/**
 * Call it once, outside of any test; what it returns may be read within tests. `prepare` records what all of them need:
 * a second `before` of the file would not wait for this one, since node:test starts those outside of a suite at once.
 */
export function startPages(
  prepare?: (pages: Pages) => Promise<unknown>,
  options: DashboardOptions | (() => Promise<DashboardOptions>) = {},
): Pages {
  let pages: Pages | undefined;
  before(async () => {
    if (withoutBrowser) return;
    const begin = async () => startDashboard(typeof options === 'function' ? await options() : options);
    const [dashboard, browser] = await Promise.all([begin(), startBrowser()]);
    pages = { dashboard, browser };
    await prepare?.(pages);
  });
  after(async () => {
    await pages?.browser.close();
    await pages?.dashboard.close();
  });
  const started = (): Pages => {
    if (pages === undefined) throw new Error('The pages are not started yet');
    return pages;
  };
  return {
    get dashboard() {
      return started().dashboard;
    },
    get browser() {
      return started().browser;
    },
  };
}

/** The same over a mirror of a branch that changes these files, from which diffs are read. */
export function startMirroredPages(
  files: Files,
  prepare: (pages: Pages & { readonly headSha: string }) => Promise<unknown>,
): Pages {
  let mirror: Awaited<ReturnType<typeof createMirror>> | undefined;
  const pages = startPages(
    (started) => prepare({ ...started, headSha: mirror?.headSha ?? '' }),
    async () => {
      mirror = await createMirror(files);
      return mirror;
    },
  );
  after(() => mirror?.remove());
  return pages;
}
