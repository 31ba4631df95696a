/**
 * A text that is still being streamed, as it may be shown: without secrets, and only as far as nothing that follows can
 * make a secret of it. It grows, and what was shown of it stays.
 */
import { findSecrets } from './find-secrets.ts';

/**
 * How far before what is shown next it is searched, which costs 1 ms or so each time. A secret that has begun is held back
 * until its end, so this is only for what tells that one follows: its name, or that the file is a kubeconfig.
 */
const CONTEXT = 8_000;
const TRIM_AT = 10_000;

/** Characters that never occur inside a secret: white space, and Han, kana and hangul, which are written without spaces. */
const BETWEEN = /[\s\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]/;

/** Where secrets of more than one word may have begun, which are known only once they are whole. */
const BEGINNINGS: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY[\s\S]{0,400})?$/,
  /-----END[A-Z0-9 ]{0,60}-{0,4}$/,
  /PuTTY-User-Key-File-\d:[\s\S]{0,2500}$/,
  /SECRET_KEY["']?\]?\s{0,4}[:=]\s{0,4}[rbu]?["'][^\n]{0,210}$/i,
  /"value"\s{0,8}:\s{0,8}"[^"\\]{0,4000}(?:"[^}]{0,200})?$/,
];
const LONGEST_BEGINNING = 4_300;

/** Keeps the last `most` characters of what may be shown. `add` only collects, `settle` searches. */
export function createStreamedText(most: number) {
  let raw = '';
  /** Up to where `raw` was taken over. */
  let settled = 0;
  let text = '';
  let offset = 0;
  let holdsSecret = false;

  function show(more: string): void {
    text += more;
    if (text.length <= most) return;
    offset += text.length - most;
    text = text.slice(-most);
  }

  return {
    add(delta: string): void {
      raw += delta;
    },
    /** Takes over what has become safe since; all of it when the text is whole. */
    settle(isWhole = false): void {
      const secrets = findSecrets(raw);
      holdsSecret ||= secrets.length > 0;
      const safe = isWhole ? raw.length : safeLength(raw);
      for (const { kind, start, end } of secrets) {
        if (end <= settled || start >= safe) continue;
        show(raw.slice(settled, Math.max(start, settled)));
        settled = Math.max(start, settled);
        // It may go on.
        if (end >= safe && !isWhole) return;
        show(`[secret removed: ${kind}]`);
        settled = end;
      }
      show(raw.slice(settled, Math.max(safe, settled)));
      settled = Math.max(safe, settled);
      if (settled < TRIM_AT) return;
      raw = raw.slice(settled - CONTEXT);
      settled = CONTEXT;
    },
    /** `offset` counts the characters before `text` that are kept no longer. */
    read: () => ({ text, offset }),
    /** A secret was found, shown as a mark or still held back. */
    holdsSecret: () => holdsSecret,
  };
}

/** The last word may be the first part of a secret. */
function safeLength(raw: string): number {
  let wordAt = raw.length;
  while (wordAt > 0 && !BETWEEN.test(raw.charAt(wordAt - 1))) wordAt -= 1;
  const tail = raw.slice(-LONGEST_BEGINNING);
  const begun = BEGINNINGS.map((pattern) => tail.search(pattern)).filter((at) => at >= 0);
  return Math.min(wordAt, ...begun.map((at) => raw.length - tail.length + at));
}
