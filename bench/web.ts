/** The dashboard: how soon it shows, how soon a change is on screen, what a very large diff costs, and what rest costs. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startBrowser, type TestBrowser } from '../test/support/browser.ts';
import { type Figure, median, percentile } from './figure.ts';
import { readStats, requireProc } from './proc.ts';
import { BUSY, DIFF, LARGE, type WebStage, withWebStage } from './web-stage.ts';

const ROUNDS = 5;
const ASKED = 20;
const ASKED_EVERY_MS = 150;
const WATCHERS = 10;
const WATCHED_MS = 15_000;
const REST_MS = 10_000;
/** The pages allow no script from elsewhere, such as those that measure. */
const LOOKED_INTO = { bypassCSP: true };
const SCROLLED_MS = 5_000;

export async function measureWeb(signal: AbortSignal): Promise<Figure[]> {
  requireProc();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  const browser = await startBrowser();
  try {
    return await withWebStage(folder, signal, async (stage) => [
      ...(await firstLoads(stage, browser)),
      ...(await lists(stage)),
      ...(await largeDiff(stage, browser)),
      ...(await changes(stage, browser)),
      ...(await rest(stage, browser)),
    ]);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function firstLoads({ pages }: WebStage, browser: TestBrowser): Promise<Figure[]> {
  const shown: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page } = await browser.open(undefined, LOOKED_INTO);
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script')
        sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await page.goto(pages);
    const at = await page.waitForFunction(`document.querySelector('tr[data-epic]') && performance.now()`);
    shown.push(Number(await at.jsonValue()));
    bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    await page.context().close();
  }
  return [
    { name: 'script of the first load, compressed', value: bytes / 1_000, unit: 'kB', goal: 250 },
    { name: 'Home with its rows, 500 epics and 5,000 tasks', value: median(shown) / 1_000, unit: 's', goal: 1 },
  ];
}

async function lists({ pages }: WebStage): Promise<Figure[]> {
  const time = async (path: string) => {
    const times: number[] = [];
    for (let round = 0; round < ASKED; round += 1) {
      // Pages ask no sooner; the API has who asks for the same epic at once wait for each other.
      await pause(ASKED_EVERY_MS);
      const began = performance.now();
      const response = await fetch(`${pages}/api${path}`);
      await response.text();
      if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
      times.push(performance.now() - began);
    }
    return median(times);
  };
  return [
    { name: 'the list of epics, by the API', value: await time('/epics?limit=200'), unit: 'ms', goal: 100 },
    { name: 'an epic of 200 tasks, by the API', value: await time(`/epics/${LARGE.id}`), unit: 'ms', goal: 150 },
  ];
}

async function largeDiff({ pages }: WebStage, browser: TestBrowser): Promise<Figure[]> {
  const { page } = await browser.open(undefined, LOOKED_INTO);
  page.setDefaultTimeout(120_000);
  await page.goto(`${pages}/epics/${DIFF}/diff`);
  const at = await page.waitForFunction(`document.querySelector('[data-file]') && performance.now()`);
  const opened = Number(await at.jsonValue());
  await page.getByRole('button', { name: 'Unfold all' }).click();
  const frames = Number(await page.evaluate(SCROLL));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  await page.context().close();
  return [
    { name: 'a diff of 1,000,000 lines over 2,000 files, opened', value: opened / 1_000, unit: 's', goal: 2 },
    { name: 'a frame while it is scrolled, mean', value: SCROLLED_MS / frames, unit: 'ms', goal: 20 },
    { name: 'its scripts’ memory', value: heap / 1_000_000, unit: 'MB', goal: 400 },
  ];
}

/** In the browser, which has its own types: scrolls some rows with each frame, and counts the frames. */
const SCROLL = `new Promise((resolve) => {
  const began = performance.now();
  let frames = 0;
  const step = () => {
    window.scrollBy(0, 120);
    frames += 1;
    if (performance.now() - began < ${SCROLLED_MS}) requestAnimationFrame(step);
    else resolve(frames);
  };
  requestAnimationFrame(step);
})`;

/** In the browser: notes when each phase is first there. */
const WATCH = `{
  const seen = (window.seen = {});
  const look = () => {
    for (const row of document.querySelectorAll('tr[data-task]')) {
      const phase = /\\d+#\\d+/.exec(row.textContent)?.[0];
      if (phase !== undefined) seen[phase] ??= Date.now();
    }
  };
  const what = { subtree: true, childList: true, characterData: true };
  new MutationObserver(look).observe(document.querySelector('main'), what);
}`;

async function changes(stage: WebStage, browser: TestBrowser): Promise<Figure[]> {
  const watchers = await Promise.all(
    Array.from({ length: WATCHERS }, async () => {
      const { page } = await browser.open(`${stage.pages}/epics/${BUSY.id}`, LOOKED_INTO);
      await page.locator('[data-connection=live]').waitFor();
      await page.locator('tr[data-task]').first().waitFor();
      await page.evaluate(WATCH);
      return page;
    }),
  );
  const cpu = () => readStats().get(stage.apiPid)?.ownSeconds ?? Number.NaN;
  const [cpuBefore, began] = [cpu(), performance.now()];
  const written = await changeAll(stage);
  const share = (cpu() - cpuBefore) / ((performance.now() - began) / 1_000);
  await pause(1_000);
  const delays = (await Promise.all(watchers.map((page) => delaysOf(page, written)))).flat();
  await Promise.all(watchers.map((page) => page.context().close()));
  return [
    { name: `changes seen, of ${written.size} by ${WATCHERS} pages`, value: delays.length, unit: '' },
    { name: 'change to screen, half of them', value: percentile(delays, 50), unit: 'ms' },
    { name: 'change to screen, 95 of 100', value: percentile(delays, 95), unit: 'ms', goal: 250 },
    { name: 'CPU of the API meanwhile, of one core', value: share * 100, unit: '%', goal: 15 },
  ];
}

/** Each task changes once a second, all of them spread over it. Returns when each change was committed. */
async function changeAll({ change }: WebStage): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  const ends = performance.now() + WATCHED_MS;
  const one = async (task: number) => {
    await pause((1_000 / BUSY.tasks) * task);
    for (let version = 1; performance.now() < ends; version += 1) {
      const began = performance.now();
      const phase = `${task}#${version}`;
      await change(task === 0 ? 'first' : `t${task}`, version, phase);
      written.set(phase, Date.now());
      await pause(Math.max(0, 1_000 - (performance.now() - began)));
    }
  };
  await Promise.all(Array.from({ length: BUSY.tasks }, (_, task) => one(task)));
  return written;
}

async function delaysOf(page: Page, written: ReadonlyMap<string, number>): Promise<number[]> {
  const seen = await page.evaluate<Record<string, number>>('window.seen');
  return Object.entries(seen).flatMap(([phase, at]) => {
    const committed = written.get(phase);
    return committed === undefined ? [] : [Math.max(0, at - committed)];
  });
}

async function rest({ pages }: WebStage, browser: TestBrowser): Promise<Figure[]> {
  const { page } = await browser.open(pages);
  await page.locator('[data-connection=live]').waitFor();
  await page.locator('tr[data-epic]').first().waitFor();
  await pause(2_000);
  let requests = 0;
  page.on('request', () => {
    requests += 1;
  });
  await pause(REST_MS);
  await page.context().close();
  return [{ name: `requests of a page that rests, in ${REST_MS / 1_000} s`, value: requests, unit: '', goal: 0 }];
}
