/**
 * Says that a command met the network policy, or may have, since tools report a host that they cannot reach in words of
 * their own. Pure.
 */

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

/** The note for a command that failed without a network. Its words prove nothing: tests print such names too. */
export function unreachedNote(output: string): string | undefined {
  const hosts = unreachedHosts(output);
  if (hosts.length === 0 && !UNNAMED.test(output.slice(-LOOKED_AT))) return undefined;
  const needed = hosts.length > 1 ? `${shown(hosts)} were` : `${hosts[0] ?? 'a host'} was`;
  return `[Commands have no network here. If ${needed} needed, list hosts under \`network\` of factory.yaml on the base branch.]`;
}

/** Hosts that it could not find by name. */
export function unreachedHosts(output: string): string[] {
  const end = output.slice(-LOOKED_AT);
  const names = UNREACHED.flatMap((pattern) => [...end.matchAll(pattern)].map(([, name = '']) => trimmed(name)));
  return [...new Set(names)].filter((name) => /\.[a-z]/i.test(name));
}

const trimmed = (name: string): string => name.replace(/^[.-]+|[.-]+$/g, '').toLowerCase();

function shown(hosts: readonly string[]): string {
  const more = hosts.length > MOST_HOSTS ? ` and ${hosts.length - MOST_HOSTS} more` : '';
  return `${hosts.slice(0, MOST_HOSTS).join(', ')}${more}`;
}

/** The note of the proxy, which knows which hosts it refused. */
export function networkNote(hosts: readonly string[]): string | undefined {
  if (hosts.length === 0) return undefined;
  return `[The network policy refused ${shown(hosts)}: commands reach only the hosts that \`network\` of factory.yaml on the base branch names.]`;
}
