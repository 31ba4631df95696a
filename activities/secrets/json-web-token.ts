/** JSON Web Tokens: only one that is good for longer than a day is worth a question. */

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Payloads of examples that everybody copies. */
const EXAMPLES = /john ?doe|jane ?doe|supabase-demo|1234567890/i;

export function isLasting(token: string): boolean {
  const [header, payload] = token.split('.').map(decode);
  if (header === undefined || payload === undefined || EXAMPLES.test(JSON.stringify(payload))) return false;
  if (typeof header.alg !== 'string' || header.alg.toLowerCase() === 'none') return false;
  const { exp } = payload;
  return typeof exp !== 'number' || exp * 1_000 > Date.now() + DAY_MS;
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
