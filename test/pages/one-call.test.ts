/** One call of a page fails: the page says what it could not read, shows the rest, and recovers when it is answered. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { RequestKind } from '../../workflows/contract/states.ts';
import { withoutBrowser } from '../support/browser.ts';
import { startMirroredPages } from '../support/pages.ts';
import { AGENT, EPIC, recordWholeEpic, TASK } from '../support/whole-epic.ts';

const pages = startMirroredPages({ 'new.txt': 'the only line\n' }, async ({ dashboard: { db }, headSha }) => {
  await recordWholeEpic({ db, say: (place) => `the ${place}`, headSha });
  await db.updateTable('submissions').set({ head_sha: headSha }).execute();
});

interface Call {
  /** The title of what is said while it fails. */
  readonly says: string;
  /** What is only seen once it was answered. */
  readonly shows: string;
  /** What may not be said of what could not be read. */
  readonly well: RegExp;
  /** Calls whose answers cannot be shown without this one. */
  readonly hides?: readonly string[];
}

const OPEN = 'GET /human-requests?state=open';
const LIST = 'GET /epics';
const ONE = `GET /epics/${EPIC}`;
const DIFF = `GET /epics/${EPIC}/diff`;
const PATCH = `GET /epics/${EPIC}/diff/patch`;

/** Of the badge and the tab, which every page has. */
const waiting: Call = {
  says: 'It is not known what waits',
  shows: `${RequestKind.options.length} waiting`,
  well: /Nothing (is|was) waiting/,
};
const epic = (...hides: string[]): Call => ({
  says: 'Cannot read the epic',
  shows: 'the title',
  well: /There is no/,
  hides,
});

const PAGES: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  '/': {
    [OPEN]: { says: 'Cannot read what waits for you', shows: 'the question of plan', well: /Nothing (is|was) waiting/ },
    'GET /epics?state=open': {
      ...{ says: 'Cannot read the epics', shows: '0 of 2 tasks done', well: /No epic is running/ },
    },
    'GET /mail': { says: 'Cannot read the mail', shows: '1 mail of agents', well: /No mail/ },
  },
  '/inbox': {
    [OPEN]: waiting,
    'GET /mail': { says: 'Cannot read the mail', shows: 'the subject', well: /No mail waits/ },
  },
  '/epics': {
    [OPEN]: waiting,
    [LIST]: { says: 'Cannot read the epics', shows: '0 of 2 tasks done', well: /There is none|All 0/ },
  },
  [`/epics/${EPIC}`]: { [OPEN]: waiting, [ONE]: epic() },
  [`/epics/${EPIC}/plan`]: {
    ...{ [OPEN]: waiting, [ONE]: epic(`GET /epics/${EPIC}/plan`) },
    [`GET /epics/${EPIC}/plan`]: { says: 'Cannot read the plan', shows: 'the criterion', well: /There is no plan/ },
  },
  [`/epics/${EPIC}/cost`]: {
    ...{ [OPEN]: waiting, [ONE]: epic(`GET /epics/${EPIC}/costs`) },
    [`GET /epics/${EPIC}/costs`]: {
      ...{ says: 'Cannot read the cost', shows: 'By purpose', well: /No model was called/ },
    },
  },
  [`/epics/${EPIC}/story`]: {
    ...{ [OPEN]: waiting, [ONE]: epic(`GET /epics/${EPIC}/account`) },
    [`GET /epics/${EPIC}/account`]: { says: 'Cannot read the story', shows: 'the reason', well: /Nothing was decided/ },
  },
  [`/epics/${EPIC}/log`]: {
    ...{ [OPEN]: waiting, [ONE]: epic(`GET /epics/${EPIC}/log`) },
    [`GET /epics/${EPIC}/log`]: { says: 'Cannot read the log', shows: 'the reason', well: /No entry/ },
  },
  [`/epics/${EPIC}/diff`]: {
    ...{ [OPEN]: waiting, [ONE]: epic(DIFF, PATCH) },
    [DIFF]: {
      ...{ says: 'Cannot read the changes', shows: 'Fold all', well: /Nothing differs|No change was submitted/ },
      hides: [PATCH],
    },
    [PATCH]: { says: 'Cannot read', shows: 'the only line', well: /Nothing differs|is empty/ },
  },
  [`/epics/${EPIC}/diff?task=first&submission=1`]: {
    ...{ [OPEN]: waiting, [ONE]: epic(DIFF, PATCH, `GET /tasks/${TASK}`) },
    [DIFF]: {
      says: 'Cannot read the changes',
      shows: 'Fold all',
      well: /Nothing differs/,
      hides: [PATCH, `GET /tasks/${TASK}`],
    },
    [PATCH]: { says: 'Cannot read', shows: 'the only line', well: /Nothing differs|is empty/ },
    [`GET /tasks/${TASK}`]: {
      ...{ says: 'Cannot read the submissions and reviews', shows: 'Submission 1 of 1', well: /Submission \d of/ },
    },
  },
  [`/tasks/${TASK}`]: {
    [OPEN]: waiting,
    [ONE]: { says: 'Cannot read the epic and its questions', shows: 'the title', well: /There is no/ },
    [`GET /tasks/${TASK}`]: {
      ...{ says: 'Cannot read the task', shows: 'the title of first', well: /No agent has worked|No check ran/ },
      hides: [ONE],
    },
  },
  [`/agents/${AGENT}`]: {
    [OPEN]: waiting,
    [`GET /tasks/${TASK}`]: {
      says: 'Cannot read how the agent stands',
      shows: 'the title of first',
      well: /completed/i,
    },
    [`GET /agents/${AGENT}/transcript`]: {
      ...{ says: 'Cannot read the transcript', shows: 'the text', well: /Nothing was said/ },
      hides: [`GET /tasks/${TASK}`],
    },
  },
  '/fleet': {
    [OPEN]: waiting,
    'GET /health': { says: 'Cannot read what the factory needs', shows: 'Temporal does not answer', well: /polled by/ },
    'GET /fleet': {
      says: 'Cannot read the fleet',
      shows: 'Agents that have not ended',
      well: /No host is there|Nothing runs/,
    },
  },
  '/lanes': {
    [OPEN]: waiting,
    'GET /lanes': {
      says: 'Cannot read the lanes',
      shows: 'of example',
      well: /No branch is merged into/,
    },
  },
  '/new': { [OPEN]: waiting, [LIST]: { says: 'Cannot read the epics', shows: 'New epic', well: /There is none/ } },
};

/** How the same call is named whatever page of a list it asks for. */
function nameOf(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url);
  const state = searchParams.get('state');
  return `${method} ${pathname.replace('/api', '')}${state === null ? '' : `?state=${state}`}`;
}

const isCall = (name: string) => (url: URL) => url.pathname.startsWith('/api/') && nameOf('GET', url.href) === name;

/** By word, or by the name of something for those who hear the page. */
const seen = (page: Page, words: string) =>
  page.getByText(words).or(page.getByLabel(words)).filter({ visible: true }).first();

const REFUSAL = JSON.stringify({ error: { code: 'Unavailable', message: 'PostgreSQL does not answer; try again' } });
type Failure = readonly [how: string, fail: (route: Route) => Promise<void>, reason: string];
const UNAVAILABLE: Failure = [
  'is answered with 503',
  (route) => route.fulfill({ status: 503, contentType: 'application/json', body: REFUSAL }),
  'PostgreSQL does not answer; try again',
];
/** Tried with one call: what comes of them is decided in one place. */
const OTHERS: readonly Failure[] = [
  [
    'is answered by something else',
    (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<html>A proxy</html>' }),
    'not an answer of the factory',
  ],
  [
    'is answered without words',
    (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<html>A proxy</html>' }),
    '502',
  ],
  ['gets no answer', (route) => route.abort('connectionrefused'), 'The factory does not answer'],
];

async function failAlone(page: Page, url: string, name: string, [, fail, reason]: Failure): Promise<void> {
  const calls = PAGES[url] as Readonly<Record<string, Call>>;
  const { says, shows, well, hides = [] } = calls[name] as Call;
  await page.route(isCall(name), fail);
  await page.goto(pages.dashboard.origin + url);
  await seen(page, says).waitFor();
  if (calls[name] !== waiting) await page.getByText(reason).first().waitFor();
  if (name === OPEN) assert.match(await page.title(), /^\(\?\)/, 'the tab does not know what waits');
  for (const [other, call] of Object.entries(calls)) {
    if (other !== name && !hides.includes(other)) await seen(page, call.shows).waitFor();
  }
  assert.doesNotMatch((await page.locator('body').textContent()) ?? '', well);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await seen(page, shows).waitFor();
  await seen(page, says).waitFor({ state: 'hidden' });
}

describe('one call alone', { skip: withoutBrowser, concurrency: 4 }, () => {
  for (const [url, calls] of Object.entries(PAGES)) {
    test(url, async (t) => {
      const { page, problems } = await pages.browser.open();
      page.setDefaultTimeout(20_000);
      await t.test('all are answered: none is made that is not tried here', async () => {
        const made = new Set<string>();
        page.on('request', (request) => {
          if (new URL(request.url()).pathname.startsWith('/api/')) made.add(nameOf(request.method(), request.url()));
        });
        await page.goto(pages.dashboard.origin + url);
        for (const { shows } of Object.values(calls)) await seen(page, shows).waitFor();
        await page.locator('[data-connection=live]').waitFor();
        // Streams only say sooner what the calls say.
        const asked = [...made].filter((name) => !/\/(events|live)$/.test(name));
        assert.deepEqual(asked.toSorted(), Object.keys(calls).toSorted());
      });
      for (const name of Object.keys(calls)) {
        await t.test(`${name} ${UNAVAILABLE[0]}`, () => failAlone(page, url, name, UNAVAILABLE));
      }
      for (const failure of url === '/epics' ? OTHERS : []) {
        await t.test(`${LIST} ${failure[0]}`, () => failAlone(page, url, LIST, failure));
      }
      assert.deepEqual(problems(), []);
      await page.context().close();
    });
  }
});
