/** Where a submodule comes from: https, ssh, or a folder beside the source where that is on this machine. Pure. */

/** What a relative address is resolved against, and by which protocols submodules may be fetched. */
export interface Origin {
  readonly url: string;
  /** The source is a folder of this machine, so a relative address may be one too. */
  readonly isLocal: boolean;
}

const isRelative = (url: string): boolean => /^\.{1,2}(\/|$)/.test(url);
const HTTPS = /^https:\/\/[^/\s-][^\s]*$/;
const SSH = /^ssh:\/\/(?!-)([^/\s@]+@)?[^/\s@-][^/\s@]*\/[^\s]+$/;
/** `user@host:path`, as ssh and git take it. */
const SHORT_SSH = /^(?!-)([^\s/:@]+@)?[^\s/:@-][^\s/:@]*:(?!:)(?!\/\/)[^\s-][^\s]*$/;

/** What is wrong with an address as it is written; undefined for one that may be tried. */
export function addressProblem(url: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const isClean = url !== '' && !url.startsWith('-') && !/[\u0000-\u0020\u007F\\]/.test(url) && !url.includes('::');
  if (isClean && (isRelative(url) || isRemote(url))) return undefined;
  return `has an address that is neither https nor ssh nor relative to the repository's own (${JSON.stringify(url)})`;
}

const isRemote = (url: string): boolean =>
  HTTPS.test(url) || SSH.test(url) || (!url.includes('://') && SHORT_SSH.test(url));

/** The address in full; undefined where a relative one leads nowhere. */
export function resolveAddress(url: string, origin: Origin): string | undefined {
  if (!isRelative(url)) return url;
  let base = origin.url.replace(/\/+$/, '');
  let rest = url;
  while (isRelative(rest)) {
    const [step = '', ...others] = rest.split('/');
    rest = others.join('/');
    if (step === '.') continue;
    const above = parentOf(base);
    if (above === undefined) return undefined;
    base = above;
  }
  const tail = rest.replace(/\/+$/, '');
  if (tail === '') return undefined;
  const full = base.endsWith(':') || base.endsWith('/') ? `${base}${tail}` : `${base}/${tail}`;
  if (full.startsWith('/')) return origin.isLocal ? full : undefined;
  return isRemote(full) ? full : undefined;
}

/** One step up, never past the host or the root. */
function parentOf(base: string): string | undefined {
  const [, scheme = '', path = ''] = /^([a-z]+:\/\/[^/]+|[^/:]+:(?!\/\/))?(.*)$/s.exec(base) ?? [];
  if (path === '' || path === '/') return undefined;
  const at = path.lastIndexOf('/');
  // What is left of `host:repository` is the host.
  if (at < 0) return scheme.endsWith(':') ? scheme : undefined;
  return at === 0 ? `${scheme}/` : `${scheme}${path.slice(0, at)}`;
}

/** The one protocol that git uses for an address, as git calls it; redirects lead to no other. */
export function protocolOf(url: string): string {
  if (url.startsWith('/')) return 'file';
  return /^([a-z]+):\/\//.exec(url)?.[1] ?? 'ssh';
}

const HOST =
  /^(?:https:\/\/(?:[^@/?#]*@)?([^/@]+)\/|ssh:\/\/(?:[^@/?#]*@)?([^/@:]+)(?::\d+)?\/|(?:[^@/:]+@)?([^/@:]+):(?!\/\/))/;

/** The host it leads to, with the port where https names one; undefined for a folder, and where there is any doubt. */
export function hostOf(url: string): string | undefined {
  const [, https, ssh, short] = HOST.exec(url) ?? [];
  return https ?? ssh ?? short;
}

/** For people and logs: without a name and password that may be in it. */
export const shownAddress = (url: string): string => url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1');
