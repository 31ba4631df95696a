/** Says that a command met the network policy, since tools report a host that they cannot reach in words of their own. Pure. */

/** How the common tools name a host whose address they do not get. */
const UNREACHED: readonly RegExp[] = [
  // curl, git, cargo; Bundler; wget; Node; Go
  /could not resolve host(?:name)?:? ['"]?([\w.-]+)/gi,
  /could not reach host ([\w.-]+)/gi,
  /unable to resolve host address \W?([\w.-]+)/gi,
  /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/g,
  /lookup ([\w.-]+)(?: on \S+)?: /g,
  // Java, Maven, Gradle; pip; Ruby; PHP; .NET
  /UnknownHostException:? ([\w.-]+)/g,
  /unknown host '?([\w.-]+)/gi,
  /failed to resolve '([\w.-]+)'/gi,
  /host='([\w.-]+)', port=\d+\).*(?:NewConnectionError|NameResolutionError)/g,
  /failed to open TCP connection to ([\w.-]+):/gi,
  /getaddrinfo(?: for)? ([\w.-]+) failed/gi,
  /(?:not known|temporarily unavailable|name resolution) \(([\w.-]+):\d+\)/gi,
];

const MOST_HOSTS = 5;
/** The last of a long output is where a command says why it failed. */
const LOOKED_AT = 20_000;

/** pip, browsers and others say only that there was one. */
const UNNAMED =
  /temporary failure in name resolution|name or service not known|network is unreachable|net::ERR_NAME_NOT/i;

/** The note for a command that failed without a network, by its output. */
export function unreachedNote(output: string): string | undefined {
  const hosts = unreachedHosts(output);
  const isUnnamed = hosts.length === 0 && UNNAMED.test(output.slice(-LOOKED_AT));
  return networkNote(isUnnamed ? ['a host'] : hosts);
}

/** Hosts that it could not find by name. */
export function unreachedHosts(output: string): string[] {
  const end = output.slice(-LOOKED_AT);
  const names = UNREACHED.flatMap((pattern) => [...end.matchAll(pattern)].map(([, name = '']) => trimmed(name)));
  return [...new Set(names)].filter((name) => /\.[a-z]/i.test(name));
}

const trimmed = (name: string): string => name.replace(/^[.-]+|[.-]+$/g, '').toLowerCase();

export function networkNote(hosts: readonly string[]): string | undefined {
  if (hosts.length === 0) return undefined;
  const more = hosts.length > MOST_HOSTS ? ` and ${hosts.length - MOST_HOSTS} more` : '';
  const refused = `${hosts.slice(0, MOST_HOSTS).join(', ')}${more}`;
  return `[The network policy refused ${refused}: commands reach only the hosts that \`network\` of factory.yaml on the base branch names.]`;
}
