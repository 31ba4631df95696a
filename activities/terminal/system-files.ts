/** What programs of the system need besides /usr: configuration without secrets, and what their own installers keep in /var. */
import { globSync } from 'node:fs';

/** Not all of /etc, where a worker process that runs as root would show the shadow file. A "*" is a version. */
const PATTERNS: readonly string[] = [
  ...['alternatives', 'ca-certificates', 'crypto-policies', 'fonts', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d'],
  ...['localtime', 'locale.conf', 'machine-id', 'magic', 'mime.types', 'pki/ca-trust', 'pki/tls/certs'],
  ...['passwd', 'group', 'nsswitch.conf', 'host.conf', 'hosts', 'protocols', 'services', 'timezone', 'terminfo'],
  ...['os-release', 'debian_version', 'ssl/certs', 'ssl/openssl.cnf', 'ssl/cert.pem', 'sgml', 'texmf', 'xml'],
  // Of languages and their tools. Maven's settings.xml may hold passwords and stays outside.
  ...['ghc', 'java', 'java-*', 'maven/logging', 'maven/m2.conf', 'perl', 'php', 'python3', 'python3.*', 'R', 'vim'],
].map((name) => `etc/${name}`);
const INSTALLED: readonly string[] = ['ghc', 'gems', 'texmf'].map((name) => `var/lib/${name}`);

/** Absolute paths of those that are there. */
export const systemFiles = (root = '/'): string[] =>
  [...PATTERNS, ...INSTALLED].flatMap((pattern) => globSync(pattern, { cwd: root })).map((path) => `/${path}`);
