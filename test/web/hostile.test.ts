/** An epic whose every text wants to be more than text: nothing of it runs, leads away, leaves the page or reorders it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { withoutBrowser } from '../support/browser.ts';
import { startMirroredPages } from '../support/pages.ts';
import { AGENT, EPIC, recordWholeEpic, TASK } from '../support/whole-epic.ts';

/** Each does no more than to set a variable or to ask another server for something. */
const RUNS = [
  '<script>window.hostile=1</script>',
  '<img src=x onerror="window.hostile=1">',
  '<img src="http://hostile.invalid/pixel.png">',
  '<svg onload="window.hostile=1"><a xlink:href="javascript:window.hostile=1">svg</a></svg>',
  '<iframe src="http://hostile.invalid/"></iframe><style>body{display:none}</style>',
  '![picture](http://hostile.invalid/p.png)',
  '[run](javascript:window.hostile=1) [data](data:text/html,<script>opener.hostile=1</script>)',
  '<javascript:window.hostile=1> [file](file:///etc/passwd) [far](http://allowed.invalid/)',
  '{{window.hostile=1}}',
];
/** Terminal: clipboard, title, link, clear, move, colors, device report; 8-bit forms too. */
const ESCAPES = [
  '\u001B]52;c;aG9zdGlsZQ==\u0007\u001B]0;hostile title\u0007\u001B]8;;javascript:window.hostile=1\u001B\\link\u001B]8;;\u001B\\',
  '\u001B[2J\u001B[H\u001B[31mred\u001B[0m\u001B[6n\u001B[?1049h\rover\u009B2J\u009D0;hostile title\u009C',
];
const MARKS = [
  '\u202A',
  '\u202B',
  '\u202C',
  '\u202D',
  '\u202E',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
  '\u200B',
  '\uFEFF',
];
const EVIL = `${RUNS.join('\n')}\n${ESCAPES.join('\n')}\n${MARKS.join('x')}\u202Ehostile\u2067`;

/** The place comes first, so that a test can look for it, and marks that are never closed come last. */
const say = (place: string): string => `the ${place} ${EVIL}`.replaceAll('\u0000', '');

const FILES = {
  '<img src=x onerror=window.hostile=1>.txt': `${EVIL}\n`,
  'plain\u202Etxt.exe': `let a = 1; // \u202E } \u2066 if (x)\u2069 \u200B\n${ESCAPES.join('\n')}\n`,
  'javascript:window.hostile=1': '<script>window.hostile=1</script>\n',
};

const pages = startMirroredPages(FILES, async ({ dashboard: { db }, headSha }) => {
  await recordWholeEpic({ db, say, headSha, url: 'javascript:window.hostile=1' });
});

interface Shown {
  readonly url: string;
  /** What is seen when the page is there. */
  readonly once: string;
  /** Brings what is folded to the screen. */
  readonly open?: (page: Page) => Promise<void>;
}

const unfold = async (page: Page) => {
  const folded = page.locator('main [aria-expanded=false]:not([role=combobox]):not(input)');
  // What is unfolded may bring more that is folded.
  for (let most = 30; most > 0 && (await folded.count()) > 0; most -= 1) await folded.first().click();
};

const PAGES: readonly Shown[] = [
  { url: '/', once: 'the question of plan', open: unfold },
  { url: '/inbox', once: 'the mail' },
  { url: '/epics', once: 'the title' },
  { url: `/epics/${EPIC}`, once: 'the question of plan', open: unfold },
  { url: `/epics/${EPIC}/plan`, once: 'the criterion' },
  { url: `/epics/${EPIC}/cost`, once: 'Set the cap' },
  { url: `/epics/${EPIC}/story`, once: 'the reason', open: unfold },
  { url: `/epics/${EPIC}/log`, once: 'the reason' },
  { url: `/epics/${EPIC}/diff`, once: 'window.hostile=1</script>', open: unfold },
  { url: `/tasks/${TASK}`, once: 'the description of first', open: unfold },
  { url: `/agents/${AGENT}`, once: 'the text', open: unfold },
  { url: '/fleet', once: 'Agents that have not ended' },
  { url: '/lanes', once: 'Merge lanes' },
  { url: '/new', once: 'New epic' },
];

/** Runs in the browser: what is wrong with the page as it stands, a line each. */
function wrongs(): string[] {
  const found: string[] = [];
  if ('hostile' in window) found.push('a payload ran');
  for (const link of document.querySelectorAll('a[href]')) {
    const { protocol, origin } = new URL((link as HTMLAnchorElement).href);
    if (protocol !== 'http:' && protocol !== 'https:') found.push(`a link to ${link.getAttribute('href')}`);
    if (origin !== location.origin && link.getAttribute('rel') !== 'noopener noreferrer')
      found.push('a link with opener');
  }
  for (const one of document.querySelectorAll(
    'iframe, object, embed, main img, main script, main style:not([data-mantine-styles])',
  )) {
    if (one.tagName !== 'STYLE') found.push(`an element ${one.outerHTML.slice(0, 100)}`);
  }
  for (const one of document.querySelectorAll('*')) {
    for (const { name, value } of one.attributes) if (name.startsWith('on')) found.push(`${name}="${value}"`);
  }
  if (getComputedStyle(document.body).display === 'none') found.push('a style counts');
  if (/hostile title/.test(document.title) && !document.title.includes('FactoryFactory')) found.push('another title');
  // A mark reorders all up to the end of its block, so it is shown as its code instead.
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    if (/[\u202A-\u202E\u2066-\u2069]/.test(node.nodeValue ?? '')) {
      found.push(
        `a direction mark in <${node.parentElement?.tagName}>: ${node.parentElement?.textContent?.slice(0, 60)}`,
      );
    }
  }
  return [...new Set(found)];
}

describe('a hostile epic', { skip: withoutBrowser, concurrency: 2 }, () => {
  for (const { url, once, open } of PAGES) {
    test(url, async () => {
      const { page, problems } = await pages.browser.open(undefined, { permissions: ['clipboard-read'] });
      page.setDefaultTimeout(20_000);
      const strange: string[] = [];
      page.on('dialog', (dialog) => {
        strange.push(`a dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.context().on('page', (opened) => strange.push(`a window: ${opened.url()}`));
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (origin !== pages.dashboard.origin && protocol !== 'data:') strange.push(`a request: ${request.url()}`);
      });
      await page.goto(pages.dashboard.origin + url);
      await page.getByText(once).first().waitFor();
      await open?.(page);
      await page.locator('[data-connection=live]').waitFor();
      assert.deepEqual(await page.evaluate(wrongs), []);
      assert.deepEqual(strange, []);
      assert.deepEqual(problems(), []);
      await page.context().close();
    });
  }
});
