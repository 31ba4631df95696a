/** The same number everywhere: badge, tab, headline, lists and pages agree after each of many random changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { EpicView } from '../../workflows/contract/records.ts';
import { createRandom } from '../faults/random.ts';
import { withoutBrowser } from '../support/browser.ts';
import { createChangingEpics } from '../support/changing-epics.ts';
import { startPages } from '../support/pages.ts';
import { waitFor } from '../support/wait-for.ts';
import { figuresDue, readFigures } from './shown-figures.ts';

const CHANGES = 200;
const SEED = 13;

const pages = startPages();

test(`all pages show the same numbers through ${CHANGES} changes`, { skip: withoutBrowser }, async () => {
  const changing = createChangingEpics(pages.dashboard.record.epic, createRandom(SEED));
  await changing.begin();
  const opened = await Promise.all(
    ['/', '/epics', '/epics/e0'].map((path) => pages.browser.open(pages.dashboard.origin + path)),
  );
  const [home, epics, epic] = opened.map(({ page }) => page) as [Page, Page, Page];
  const read = async () => ({
    home: await home.evaluate(readFigures),
    epics: await epics.evaluate(readFigures),
    epic: await epic.evaluate(readFigures),
  });
  const seen = new Set<string>();
  for (let number = 1; number <= CHANGES; number += 1) {
    const what = await changing.change();
    seen.add(what);
    const due = figuresDue(changing.epics(), changing.epics()[0] as EpicView);
    const agree = async () => assert.deepEqual(await read(), due) ?? true;
    await waitFor(agree, { intervalMs: 10, what: `what is due after change ${number}, ${what}` }).catch(
      async (error: Error) => assert.deepEqual(await read(), due, error.message),
    );
  }
  assert.deepEqual([...seen].toSorted(), changing.kinds.toSorted(), 'each kind of change was among them');
  assert.deepEqual(
    opened.flatMap(({ problems }) => problems()),
    [],
  );
});
