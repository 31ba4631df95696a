/**
 * The connection to the model provider. A connection that never came about has carried nothing, so nothing can be billed.
 * That must be seen before the SDK sees the failure: it drops the cause of what it takes for a time-out.
 */

/** By the system call: an address that nobody knows, or to which there is no way. */
const CONNECTING: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);

/** Failures of undici and of TLS that come before the request is sent; others may come at any time. */
const BEFORE_SENDING: ReadonlySet<string> = new Set([
  // To connect took too long; the proxy's own TLS failed; the server speaks no TLS.
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_PRX_TLS', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  // The certificate is not taken.
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REVOKED'],
  ...['CERT_UNTRUSTED', 'CERT_REJECTED', 'CERT_SIGNATURE_FAILURE', 'CERT_CHAIN_TOO_LONG', 'INVALID_CA'],
  ...['INVALID_PURPOSE', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]);

/** Nothing was sent. Its words must not speak of a time-out: the SDK would take it for one of its own, and drop it. */
export class NeverConnected extends Error {
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super('No connection came about', { cause });
    this.code = code;
  }
}

/** The platform's fetch, with its connections, for the SDK. Fails NeverConnected where nothing was sent. */
export async function fetchModel(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (error) {
    const code = codeOf(error);
    throw code === undefined ? error : new NeverConnected(code, error);
  }
}

/** Why no connection came about; undefined when there may have been one. */
function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  // A name may have several addresses.
  const tries: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const codes = tries.map(connectCode);
  return codes.includes(undefined) ? undefined : codes[0];
}

function connectCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  if (typeof code !== 'string') return undefined;
  return CONNECTING.has(syscall) || BEFORE_SENDING.has(code) ? code : undefined;
}
