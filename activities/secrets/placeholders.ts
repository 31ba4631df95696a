/** Values that only stand for a secret: templates, examples, words. Pure. */

/** Whole, or with a part in it, and always in pairs: a generated key may begin or end with any sign. */
const TEMPLATE =
  /^<.*>$|^\{.*\}$|^\[.*\]$|^\(.*\)$|^\*+$|^\$\w+$|^%\w+%?$|^\$\(.*\)$|\$\{[^}]*\}|\$\([\w ./-]+\)|\{\{.*\}\}|<[a-z_ -]+>|\.\.\.|\*{3}|…/i;
const SETTING_OF_WINDOWS = /%[A-Z][A-Z_]+%/;
const WORDS =
  /example|placeholder|change[-_ ]?me|changeit|replace[-_ ]?me|your[-_ ]?(?:own|api|secret|token|key|pass)|redacted|removed|insert[-_ ]|not[-_ ]?(?:a|real)[-_ ]|xxxx|dummy|(?:^|[-_.])(?:fake|sample|mock|todo|demo)(?:[-_.]|$)/i;
const REFERENCE = /process\.env|os\.environ|getenv|ENV\[|secrets\.|vault:|env\./;
const DOCUMENTED: ReadonlySet<string> = new Set([
  // Examples in Stripe's and Amazon's documentation.
  ['sk', 'test', '4eC39HqLyjWDarjtT1zdp7dc'].join('_'),
  ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('/'),
]);

/** True of what nobody could log in with, whatever its form. */
export const isPlaceholder = (value: string): boolean =>
  TEMPLATE.test(value) ||
  SETTING_OF_WINDOWS.test(value) ||
  WORDS.test(value) ||
  REFERENCE.test(value) ||
  DOCUMENTED.has(value) ||
  isRepetitive(value.slice(0, 200));

/** One character again and again, or so few that nothing random was at work. */
export function isRepetitive(value: string): boolean {
  const tail = value.slice(value.search(/[^A-Za-z]/) + 1) || value;
  return /^(.)\1*$/.test(tail) || /([A-Za-z*.])\1{7,}|(\d)\2{9,}/.test(value) || bitsPerCharacter(value) < 2;
}

/** Shannon's entropy. */
export function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

const SEQUENCE = /01234567|12345678|abcdefgh|abc123|qwertyui|deadbeef|cafebabe/i;

/** True of a value that its context calls a secret when it looks like one too, and not like words. */
export function isRandom(value: string): boolean {
  if (isPlaceholder(value) || SEQUENCE.test(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return bitsPerCharacter(value) >= (value.length < 20 ? 3 : 3.2);
}

/** Passwords of examples, with what people put before and after them. */
const WORD_PASSWORD =
  /^(?:(?:my|the|a|some|test|user|db|root|admin|super|top|new|old|default|local|dev|strong|secure|very|good|bad|wrong|app|proxy)[-_.]?)*(?:pass|passw|password|passwd|passphrase|pswd|pwd|pw|secret|secrets|token|key|credentials?|hunter2|letmein|opensesame|foo|bar|baz|foobar|qux|admin|root|user|guest|test|postgres|postgresql|mysql|redis|mongo|rabbitmq|example|changeme|p[a4@]ssw[o0]rd|s[e3]cr[e3]t|secretpassword|mypassword|mysecretpassword)[-_.!]?\d{0,6}!?$/i;
const NO_HOST =
  /(?:^|\.)(?:example(?:\.\w+)?|test|invalid|localhost|local|domain|host|hostname|server|foo|bar)(?:\.\w{2,5})?$|^(?:127\.|0\.0\.0\.0|\[?::1)/i;

/** True of a password that somebody could mean, in an address or a login. */
export function isRealPassword(value: string, { user = '', host = '' }: Readonly<Record<string, string>>): boolean {
  const plain = decode(value);
  if (isPlaceholder(plain) || WORD_PASSWORD.test(plain)) return false;
  if (/^\d{1,5}$|^[$:%{<]/.test(plain) || plain.toLowerCase() === user.toLowerCase()) return false;
  // Nobody can log in there from elsewhere; only what looks random is told then.
  if (!host.includes('.') || NO_HOST.test(host)) return plain.length >= 12 && isRandom(plain);
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(plain)).length;
  return plain.length >= 8 ? kinds >= 2 && bitsPerCharacter(plain) >= 2.5 : plain.length >= 6 && kinds >= 3;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
