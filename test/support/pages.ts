/** The dashboard and a browser for a test file: there before its first test, gone after its last; neither without Chromium. */
import { after, before } from 'node:test';
import { startBrowser, type TestBrowser, withoutBrowser } from './browser.ts';
import { type DashboardOptions, startDashboard } from './dashboard.ts';

interface Pages {
  readonly dashboard: Awaited<ReturnType<typeof startDashboard>>;
  readonly browser: TestBrowser;
}

/**
 * Call it once, outside of any test; what it returns may be read within tests. `prepare` records what all of them need:
 * a second `before` of the file would not wait for this one, since node:test starts those outside of a suite at once.
 */
export function startPages(prepare?: (pages: Pages) => Promise<unknown>, options: DashboardOptions = {}): Pages {
  let pages: Pages | undefined;
  before(async () => {
    if (withoutBrowser) return;
    const [dashboard, browser] = await Promise.all([startDashboard(options), startBrowser()]);
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
