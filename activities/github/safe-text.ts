/** All words that leave for GitHub go through here: without what looks like a key, and no longer than it takes. */
import type { GitHubClient } from '../../clients/github/gh.ts';
import { withoutSecrets } from '../secrets/redact.ts';

/** GitHub takes 65,536 characters. */
const MOST = 65_000;
/** The fields of a request that hold words, with the most that GitHub takes; all else is names and numbers. */
const WORDS: Readonly<Record<string, number>> = {
  ...{ title: 256, body: MOST, commit_title: MOST, commit_message: MOST, description: 140 },
};

/** The client, whose requests are rid of secrets before anything is sent. */
export const withSafeWords = (client: GitHubClient): GitHubClient => ({
  ...client,
  call: (call) => client.call(call.body === undefined ? call : { ...call, body: safe(call.body) }),
});

export const safeWords = (text: string): string => cut(withoutSecrets(text));

/** The same value with its words made safe, however deep they lie. */
function safe<Value>(value: Value, name = ''): Value {
  if (typeof value === 'string') {
    const most = WORDS[name];
    return (most === undefined ? value : safeWords(value).slice(0, most).toWellFormed()) as Value;
  }
  if (Array.isArray(value)) return value.map((one) => safe(one, name)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, safe(one, key)])) as Value;
}

/** The last line, by which our own words are known again, stays. */
function cut(text: string): string {
  if (text.length <= MOST) return text;
  const last = text.slice(text.lastIndexOf('\n') + 1).slice(-200);
  return `${text.slice(0, MOST - last.length - 10).toWellFormed()}\n\n…\n\n${last}`;
}
