/** Looks at pages as people with good and bad eyes do: axe in both color schemes, and the pictures of docs/images. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { absolute } from '../../config/files.ts';
import { axeFindings } from './browser.ts';

const FOLDER = absolute('docs/images');
/** With the rules of axe that are asked: what has nothing to do with colors is the same in both. */
const SCHEMES = [
  { colorScheme: 'light', rules: null },
  { colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
] as const;
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

/** Colors fade into those of the other scheme; what moves without an end is not waited for. */
const SETTLED = `(async () => {
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
  const ends = ({ effect }) => effect.getComputedTiming().endTime !== Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map(({ finished }) => finished));
})()`;

/**
 * Fails for what axe finds on the page as it stands, in either scheme. Pictures are only written when they are asked
 * for (`--pictures`), since they differ a little with every run.
 */
export async function lookAt(page: Page, name: string, options: { readonly pictures: boolean }): Promise<void> {
  for (const { colorScheme, rules } of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(SETTLED);
    assert.deepEqual(await axeFindings(page, rules), [], `${name}, ${colorScheme}`);
    if (!options.pictures) continue;
    mkdirSync(FOLDER, { recursive: true });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}-${size}.png`, animations: 'disabled' });
    }
    await page.setViewportSize(SIZES.desktop);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
