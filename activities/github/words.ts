/** All words that leave for GitHub go through here: without what looks like a key, and no longer than it takes. */
import { withoutSecrets } from '../secrets/redact.ts';
import type { GitHubClient } from './gh.ts';

/** GitHub takes 65,536 characters. */
const MOST = 65_000;
/** The fields of a request that hold words; all else is names and numbers. */
const WORDS: ReadonlySet<string> = new Set(['title', 'body', 'commit_title', 'commit_message', 'description']);

/** The client, whose requests are rid of secrets before anything is sent. */
export const withSafeWords = (client: GitHubClient): GitHubClient => ({
  ...client,
  async call(call) {
    return await client.call(call.body === undefined ? call : { ...call, body: await safe(call.body) });
  },
});

export const safeWords = async (text: string): Promise<string> => cut(await withoutSecrets(text));

/** The same value with its words made safe, however deep they lie. */
async function safe<Value>(value: Value, name = ''): Promise<Value> {
  if (typeof value === 'string') return (WORDS.has(name) ? await safeWords(value) : value) as Value;
  if (Array.isArray(value)) return (await Promise.all(value.map((one) => safe(one, name)))) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(async ([key, one]) => [key, await safe(one, key)] as const);
  return Object.fromEntries(await Promise.all(fields)) as Value;
}

/** The last line, by which our own words are known again, stays. */
function cut(text: string): string {
  if (text.length <= MOST) return text;
  const last = text.slice(text.lastIndexOf('\n') + 1).slice(-200);
  return `${text.slice(0, MOST - last.length - 10).toWellFormed()}\n\n…\n\n${last}`;
}
