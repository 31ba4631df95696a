/** A browser for a test file: Chromium of the system, with what went wrong on its pages kept. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onPath } from '../../local/programs/find.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PROGRAM = ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find((file) => file !== undefined);

/** The name that acts is asked for once; most tests are about something else. */
const NAMED = `if (location.protocol === 'http:') localStorage.setItem('factory-person', '"ann"')`;

/** Why these tests cannot run here; false where they can. */
export const withoutBrowser: string | false = PROGRAM === undefined && 'there is no Chromium here: install chromium';

export interface TestPage {
  readonly page: Page;
  /** Errors of the console and of scripts since it was opened, but for the failed requests that a test wants. */
  problems(): string[];
}

export interface TestBrowser {
  /** Without an address nothing is loaded yet. */
  open(url?: string, options?: BrowserContextOptions): Promise<TestPage>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: PROGRAM ?? '',
    // Tests run as root in containers, where its own sandbox cannot be made.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        reducedMotion: 'reduce',
        ...options,
      });
      await context.addInitScript(NAMED);
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !isFailedRequest(message.text())) problems.push(message.text());
      });
      if (url !== undefined) await page.goto(url);
      return { page, problems: () => problems };
    },
    close: () => browser.close(),
  };
}

const isFailedRequest = (text: string): boolean => text.startsWith('Failed to load resource');

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** What a screen reader or a person with weak eyes would stumble over, a line each; by all rules of axe, or by some. */
export async function axeFindings(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } };
    return axe.run(values === null ? {} : { runOnly: { type: 'rule', values } });
  }, rules);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
