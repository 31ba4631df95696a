/** Secret keys of frameworks, and settings whose name says that they are secret. A table, as kinds-clouds.ts. */

import { isPlaceholder, isRandom } from './placeholders.ts';
import type { Kind } from './secret-kind.ts';

/** Words in the name of a setting that make its value a secret. */
const SECRET_NAME =
  '(?:secret|token|passw(?:or)?d|passphrase|api_?key|access_?key|auth_?key|private_?key|encryption_?key|signing_?key|account_?key|credentials?)';

export const SETTING_KINDS: readonly Kind[] = [
  {
    kind: 'RAILS_MASTER_KEY',
    near: [],
    file: /(?:^|\/)(?:master|credentials\/[\w-]+)\.key$/,
    pattern: /^(?<value>[a-f0-9]{32})$/dgm,
  },
  {
    kind: 'RAILS_MASTER_KEY',
    near: ['rails_master_key', 'secret_key_base'],
    pattern:
      /(?:RAILS_MASTER_KEY|secret_key_base)["']?\s{0,4}[:=]\s{0,4}["']?(?<value>(?:[a-f0-9]{128}|[a-f0-9]{64}|[a-f0-9]{32}))\b/dgi,
  },
  {
    kind: 'FRAMEWORK_SECRET_KEY',
    near: ['secret_key'],
    pattern:
      /\bSECRET_KEY["']?\]?\s{0,4}[:=]\s{0,4}[rbu]?(?<quote>["'])(?<value>(?:(?!\k<quote>)[^\n\\]){20,200})\k<quote>/dgi,
    accepts: (value) => isRandom(value.replace(/^django-insecure-/, '')),
  },
  {
    kind: 'LARAVEL_APP_KEY',
    near: ['base64:'],
    pattern: /\bAPP_KEY\s{0,4}[:=]\s{0,4}["']?(?<value>base64:[A-Za-z0-9+/]{43}=)/dgi,
  },
  {
    kind: 'SYMFONY_APP_SECRET',
    near: ['app_secret'],
    pattern: /\bAPP_SECRET\s{0,4}[:=]\s{0,4}["']?(?<value>[a-f0-9]{32,64})\b/dgi,
  },
  {
    // As in .env files: a name in capitals at the start of a line.
    kind: 'SECRET_SETTING',
    near: ['secret', 'token', 'pass', 'key', 'credential'],
    pattern: new RegExp(
      `^[ \\t]{0,8}(?:export |set |ENV |ARG )?(?<name>[A-Z][A-Z0-9_]{0,40}?(?<![A-Za-z])${upper(SECRET_NAME)}(?:_[A-Z0-9_]{1,20})?)[ \\t]{0,4}[:=][ \\t]{0,4}["']?(?<value>[^\\s"'#$\`;(){}<>]{12,500})`,
      'dgm',
    ),
    accepts: isSecretSetting,
  },
  {
    // In code and configuration: a quoted value.
    kind: 'SECRET_SETTING',
    near: ['secret', 'token', 'pass', 'key', 'credential'],
    pattern: new RegExp(
      `(?<![A-Za-z])(?<name>[\\w-]{0,40}?${SECRET_NAME})["'\`]?\\]?\\s{0,4}(?::|=|=>|:=)\\s{0,4}["'\`](?<value>[^\\s"'\`$<>{}()]{16,500})["'\`]`,
      'dgi',
    ),
    accepts: isSecretSetting,
  },
];

/** The name says no more than that a secret might be meant, so the value must look like one. */
function isSecretSetting(value: string, { name = '' }: Readonly<Record<string, string>>): boolean {
  if (OPEN_NAME.test(name) || /^test[_-]/i.test(value) || isWordsOnly(value) || isAddress(value)) return false;
  return isRandom(value) && !isPlaceholder(value) && hasMixture(value) && !isHashOrId(value);
}

/** Tokens that lead through pages or guard a form, and what is public: anybody may see those. */
const OPEN_NAME =
  /page[_-]?token|cursor|[cx]srf(?!.*secret)|next[_-]?(?:sync|continuation|batch|change)?[_-]?token|(?<!re)public/i;

/** Names of things as code writes them: `AutoTokenizerFast2`. */
const isWordsOnly = (value: string): boolean =>
  /^(?:[A-Z]{0,2}[a-z]{2,}|[A-Z]{3,5})(?:\d{0,2}(?:[A-Z]{1,2}[a-z]{2,}|[A-Z]{3,5}(?![a-z])))*\d{0,2}$/.test(value);

/** The address of an account or a contract in a chain. */
const isAddress = (value: string): boolean => /^0x[a-f0-9]{40}$/i.test(value);

/** Random text mixes small and large letters with digits; words, paths and names of things do not. */
function hasMixture(value: string): boolean {
  if (/^[a-f0-9]{32,}$/.test(value)) return true;
  if (/[/\\]\w+[/\\]|\.\w{2,4}$|^\w+\.\w+\.|:\/\/|\s/.test(value)) return false;
  return /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);
}

/** Those are named in many places, and are no secrets by themselves. */
const isHashOrId = (value: string): boolean =>
  /^[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}$/i.test(value) || /^(?:sha\d{1,3}|md5)[-:]/i.test(value);

function upper(pattern: string): string {
  return pattern.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
}
