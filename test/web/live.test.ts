/** An agent's answer while it is written, in a browser: read as it comes, whole after a reload, replaced by what is stored. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openAgent } from '../support/agent.ts';
import { axeFindings, withoutBrowser } from '../support/browser.ts';
import { heldStream, sayingScenario } from '../support/held-stream.ts';
import { made } from '../support/made-up-secrets.ts';
import { startPages } from '../support/pages.ts';

const agents: { close(): Promise<void> }[] = [];
after(() => Promise.all(agents.map((agent) => agent.close())));
const pages = startPages();

/** An agent whose first answer says this; it is held before its n-th part of text, and before its end. */
async function heldAgent(said: string, part: number, { think = false } = {}) {
  let parts = 0;
  const held = heldStream(({ type, delta }) => {
    const isText = JSON.stringify(delta ?? '').includes('"text_delta"');
    return type === 'message_delta' || (isText && ++parts === part);
  });
  const agent = await openAgent(pages.dashboard.db, { pace: held.pace, scenario: sayingScenario(said, think) });
  agents.push(agent);
  const turn = agent.process({ draftEveryMs: 50 }).turn();
  return {
    url: `${pages.dashboard.origin}/agents/${agent.agentId}`,
    /** Lets the stream go on to its next stop. */
    goOn(): void {
      held.release();
      held.hold();
    },
    async finish(): Promise<void> {
      held.release();
      await turn;
    },
  };
}

test('a transcript is read while it streams, a reload loses nothing, and the stored turn takes its place', {
  skip: withoutBrowser,
}, async () => {
  const said = 'I read the titles first.\n\nThen I make slugs of them, and that is **how** it ends.';
  const agent = await heldAgent(said, 3, { think: true });
  const { page, problems } = await pages.browser.open(agent.url);
  const written = page.getByRole('article', { name: 'Turn 1, being written' });
  await written.getByText('I read the titles first.', { exact: true }).waitFor();
  await written.getByRole('button', { name: /^Thinking/ }).waitFor();
  assert.equal(await written.getByRole('button', { name: /^Thinking/ }).getAttribute('aria-expanded'), 'true');
  assert.deepEqual(await axeFindings(page), []);
  await page.reload();
  await written.getByText('I read the titles first.', { exact: true }).waitFor();
  agent.goOn();
  await written.locator('strong', { hasText: 'how' }).waitFor();
  await written.getByText(/submit_work with \d+ characters so far/).waitFor();
  await agent.finish();
  const stored = page.getByRole('article', { name: 'Turn 1', exact: true });
  await stored.getByText('I read the titles first.', { exact: true }).waitFor();
  await stored.getByText('submit_work').first().waitFor();
  assert.equal(await page.locator('[data-draft]').count(), 0);
  assert.equal(await page.locator('[data-turn]').count(), 1);
  assert.equal(
    await stored.getByRole('button', { name: /^Thinking/ }).getAttribute('aria-expanded'),
    'true',
    'what was read while it was written folds up',
  );
  assert.deepEqual(problems(), []);
  await page.context().close();
});

test('a secret is no more on the page while it is written than afterwards', { skip: withoutBrowser }, async () => {
  const agent = await heldAgent(`The token is npm_${made(36)} and it works.`, 3);
  const { page } = await pages.browser.open(agent.url);
  await page.getByText('The token is').waitFor();
  assert.doesNotMatch(await page.content(), /npm_/, 'half a secret is on the page');
  agent.goOn();
  await page.getByText('The token is [secret removed: NPM_ACCESS_TOKEN] and it works.').waitFor();
  await agent.finish();
  await page.locator('[data-turn="1"]').waitFor();
  await page.context().close();
});

test('what is hostile in a draft is text', { skip: withoutBrowser }, async () => {
  const said = 'The <b onclick="x()">title</b> turns \u202Eround\u2066 and [runs](javascript:x) and ends here.';
  const agent = await heldAgent(said, 1_000);
  const { page } = await pages.browser.open(agent.url);
  const written = page.getByRole('article', { name: 'Turn 1, being written' });
  await written.getByText('<b onclick="x()">title</b> turns ⟨U+202E⟩round⟨U+2066⟩ and').waitFor();
  assert.equal(await written.locator('b, a').count(), 0);
  await agent.finish();
  await page.context().close();
});

test('the end stays in sight while an answer grows, and when it is stored; who reads elsewhere is not moved', {
  skip: withoutBrowser,
}, async () => {
  const paragraphs = Array.from({ length: 60 }, (_, i) => `Paragraph ${i} says what the shop does.`).join('\n\n');
  const agent = await heldAgent(paragraphs, 60);
  const [follower, reader] = await Promise.all([pages.browser.open(agent.url), pages.browser.open(agent.url)]);
  for (const { page } of [follower, reader]) await page.getByText('Paragraph 20 says').waitFor();
  await reader.page.evaluate('window.scrollTo({ top: 200 })');
  const place = () => reader.page.getByText('Paragraph 3 says').evaluate((found) => found.getBoundingClientRect().top);
  const before = await place();
  agent.goOn();
  for (const { page } of [follower, reader]) await page.getByText('Paragraph 59 says').waitFor();
  assert.equal(await place(), before);
  await follower.page.waitForFunction(isAtEnd);
  await agent.finish();
  for (const { page } of [follower, reader]) {
    await page.locator('[data-turn="1"]').waitFor();
    await page.locator('[data-draft]').waitFor({ state: 'detached' });
  }
  assert.ok(Math.abs((await place()) - before) < 60, 'the text that is read moves');
  await follower.page.waitForFunction(isAtEnd);
  await Promise.all([follower, reader].map(({ page }) => page.context().close()));
});

const isAtEnd = 'window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 5';

test('a page that cannot be seen follows nothing', { skip: withoutBrowser }, async () => {
  const agent = await heldAgent('I read the titles first, and then I write the code.', 2);
  const { page } = await pages.browser.open();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/live')) asked.push(request.url());
  });
  await page.addInitScript(
    `Object.defineProperty(document, 'visibilityState', { get: () => window.name || 'hidden' })`,
  );
  await page.goto(agent.url);
  await page.getByText('Brief: implement').waitFor();
  assert.deepEqual(asked, []);
  await page.evaluate(`window.name = 'visible'; document.dispatchEvent(new Event('visibilitychange'))`);
  await page.getByRole('article', { name: 'Turn 1, being written' }).waitFor();
  await agent.finish();
  await page.context().close();
});
