/** Private keys, tokens and passwords as files and formats hold them. A table, as kinds-clouds.ts. */
import { isLasting } from './json-web-token.ts';
import { isRandom, isRealPassword } from './placeholders.ts';
import type { Kind } from './secret-kind.ts';

export const KEY_KINDS: readonly Kind[] = [
  {
    kind: 'PRIVATE_KEY',
    near: ['private key'],
    // With or without its end: what is printed may be cut off.
    pattern:
      /-----BEGIN (?<of>(?:[A-Z0-9]{1,10} ){0,3})PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S]){40,20000}(?:-----END \k<of>PRIVATE KEY(?: BLOCK)?-----)?/dg,
    accepts: holdsKey,
  },
  {
    kind: 'PUTTY_KEY',
    near: ['putty-user-key-file'],
    pattern:
      /PuTTY-User-Key-File-\d:[\s\S]{0,2500}?Private-Lines:\s{0,4}\d{1,3}\s{1,4}(?<value>[A-Za-z0-9+/=\s]{60,8000})/dg,
  },
  { kind: 'AGE_KEY', near: ['age-secret-key-'], pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/dgi },
  {
    kind: 'JSON_WEB_TOKEN',
    near: ['eyj'],
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{4,8000}\.[A-Za-z0-9_-]{20,2000}/dg,
    accepts: isLasting,
  },
];

export const FORMAT_KINDS: readonly Kind[] = [
  {
    kind: 'URL_PASSWORD',
    near: ['://'],
    pattern:
      /\b[a-z][a-z0-9+.-]{1,30}:\/\/(?<user>[^\s:@/?#"'`<>\\,;()]{0,100}):(?<value>[^\s@/"'`<>\\]{4,200})@(?<host>[A-Za-z0-9._[\]-]{1,200})/dgi,
    accepts: isRealPassword,
  },
  {
    kind: 'NETRC_PASSWORD',
    near: ['machine'],
    pattern:
      /\bmachine\s{1,8}(?<host>\S{1,200})\s{1,8}login\s{1,8}(?<user>\S{1,200})\s{1,8}password\s{1,8}(?<value>[^\s"'\\]{4,500})/dg,
    accepts: isRealPassword,
  },
  {
    kind: 'PGPASS_PASSWORD',
    near: [':54', ':6432', ':*:'],
    pattern: /^(?<host>[\w.*-]{1,200}):(?:54\d\d|6432|\*):[\w*-]{1,64}:(?<user>[\w*.-]{1,64}):(?<value>\S{6,200})$/dgm,
    accepts: isRealPassword,
  },
  {
    kind: 'KUBECONFIG_KEY',
    near: ['client-key-data'],
    pattern: /client-key-data["']?\s{0,4}:\s{0,4}["']?(?<value>[A-Za-z0-9+/=]{60,10000})/dg,
  },
  {
    kind: 'KUBECONFIG_TOKEN',
    near: ['current-context', 'kind: config', '"config"', 'client-certificate-data', 'certificate-authority-data'],
    pattern: /(?<=^|[\s{,"'])token["']?\s{0,4}:\s{0,4}["']?(?<value>[A-Za-z0-9._:-]{20,4000})/dg,
    accepts: isRandom,
  },
  {
    kind: 'DOCKER_AUTH',
    near: ['"auth"'],
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9+/]{8,4000}={0,2})"/dg,
    accepts: holdsLogin,
  },
  {
    kind: 'DOCKER_IDENTITY_TOKEN',
    near: ['"identitytoken"'],
    pattern: /"identitytoken"\s{0,4}:\s{0,4}"(?<value>[^"\s]{20,4000})"/dg,
  },
  {
    kind: 'NPM_AUTH',
    near: ['_authtoken', '_auth', '_password'],
    pattern: /\/:_(?:authToken|auth|password)\s{0,4}=\s{0,4}["']?(?<value>[^\s"'$]{8,1000})/dg,
  },
  {
    kind: 'TERRAFORM_SENSITIVE_OUTPUT',
    near: ['"sensitive"'],
    pattern:
      /"value"\s{0,8}:\s{0,8}"(?<value>[^"\\]{6,4000})"\s{0,40},(?:\s{0,40}"type"\s{0,8}:\s{0,8}"\w{1,20}"\s{0,40},)?\s{0,40}"sensitive"\s{0,8}:\s{0,8}true|"sensitive"\s{0,8}:\s{0,8}true\s{0,40},(?:\s{0,40}"type"\s{0,8}:\s{0,8}"\w{1,20}"\s{0,40},)?\s{0,40}"value"\s{0,8}:\s{0,8}"(?<value>[^"\\]{6,4000})"/dg,
  },
  {
    kind: 'AUTHORIZATION_HEADER',
    near: ['authorization'],
    pattern:
      /authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic|token)\s{1,4}(?<value>[A-Za-z0-9._~+/=-]{20,4000})/dgi,
    accepts: (value) => isRandom(value) && (!isLogin(value) || holdsLogin(value)),
  },
];

/** Headers aside, the block holds lines of base64, escaped or not. */
function holdsKey(block: string): boolean {
  const body = block.replace(/^-----[^-]+-----|-----END[\s\S]*$/g, '');
  const lines = body.split(/\\[nr]|[\s"'`,+]+/).filter((line) => line.length >= 32);
  const base64 = lines.filter((line) => /^[A-Za-z0-9+/]{32,}={0,2}\\?$/.test(line));
  return base64.length > 0 && new Set(base64.join('')).size >= 20;
}

/** It is `user:password` in base64. */
const isLogin = (value: string): boolean =>
  /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));

function holdsLogin(value: string): boolean {
  const [user, ...rest] = Buffer.from(value, 'base64').toString('latin1').split(':');
  const password = rest.join(':');
  return isLogin(value) && isRealPassword(password, { user: user ?? '', host: 'x.io' });
}
