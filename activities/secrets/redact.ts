/** Takes what looks like a secret out of words that are stored, shown or sent. Pure. */
import { createCleanTexts } from './clean-texts.ts';
import { findSecrets } from './find-secrets.ts';

/** Marks that stand in the place of secrets in all that agents see. */
const MARK = /\[secret removed: [^\]\n]{1,80}\]/g;

/** Marks in a text that agents write: what they saw is not what the file holds. */
export const findMarks = (text: string) =>
  [...text.matchAll(MARK)].map(({ 0: value, index: start }) => ({
    kind: 'mark in the place of a secret',
    start,
    value,
  }));

/** Replaces the known kinds of secrets. The same again changes nothing. */
export function withoutSecrets(text: string): string {
  let [clean, from] = ['', 0];
  for (const { kind, start, end } of findSecrets(text)) {
    clean += `${text.slice(from, start)}[secret removed: ${kind}]`;
    from = end;
  }
  return from === 0 ? text : clean + text.slice(from);
}

/** The same for every text and name in a value of JSON. A value without secrets is returned as it is. */
export const valueWithoutSecrets = <Value>(value: Value): Value => cleanUnder('', value);

function cleanUnder<Value>(under: string, value: Value): Value {
  if (typeof value === 'string') return namedWithoutSecrets(under, value) as Value;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  if (Array.isArray(value)) {
    const clean = value.map((one) => cleanUnder(under, one));
    return (clean.every((one, i) => one === value[i]) ? value : clean) as Value;
  }
  const entries = Object.entries(value);
  const clean = entries.map(([name, one]) => [withoutSecrets(name), cleanUnder(name, one)] as const);
  if (clean.every(([name, one], i) => name === entries[i]?.[0] && one === entries[i]?.[1])) return value;
  return Object.fromEntries(clean) as Value;
}

/** Names that can make a value a secret that is none by its own form. */
const TELLING_NAME = /secret|token|pass|key|auth|credential/i;
const LONGEST_NAMED = 10_000;

/** A text as it is, and as it would stand in JSON under its name. */
function namedWithoutSecrets(name: string, text: string): string {
  const clean = withoutSecrets(text);
  if (text.length > LONGEST_NAMED || !TELLING_NAME.test(name)) return clean;
  const [before, after] = [`"${name}": "`, '"'];
  const named = withoutSecrets(before + clean + after);
  return named.startsWith(before) && named.endsWith(after) ? named.slice(before.length, -after.length) : clean;
}

/** Each record of an execution stores mostly the same texts again, and to look at one takes 30 to 200 µs. */
const known = createCleanTexts(1_000_000);

/** The same for a text that may be JSON, in which escapes hide where a word begins. */
export function storedWithoutSecrets(text: string): string {
  if (known.has(text)) return text;
  const clean = cleanStored(text);
  if (clean === text) known.add(text);
  return clean;
}

function cleanStored(text: string): string {
  if (!/^\s*[[{"]/.test(text)) return withoutSecrets(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return withoutSecrets(text);
  }
  const clean = valueWithoutSecrets(value);
  return clean === value ? text : JSON.stringify(clean);
}

const isPlain = (value: object): boolean =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
