/** Who may use the API: the token that callers must send, and the refusal to listen to other machines without one. */
import { readFileSync } from 'node:fs';
import { absolute, ConfigError, type Mistake } from './files.ts';

/** API_TOKEN; it travels in a header. */
export const TOKEN = /^[\x21-\x7e]{16,}$/;
export const TOKEN_RULE = 'a secret of at least 16 letters, digits and signs without spaces';

/** Names of this machine that no other machine means by them. */
export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** API_TOKEN, or what API_TOKEN_FILE holds; nothing when neither is set. */
export function readApiToken(given: string | undefined, file: string | undefined) {
  const wrong = (what: string, allowed: string): { token: undefined; mistakes: Mistake[] } => ({
    token: undefined,
    mistakes: [{ variable: 'API_TOKEN_FILE', given: what, allowed }],
  });
  if (file === undefined) return { token: given, mistakes: [] };
  if (given !== undefined) return wrong(`"${file}"`, 'nothing, since API_TOKEN is set');
  try {
    const token = readFileSync(absolute(file), 'utf8').trim();
    return TOKEN.test(token) ? { token, mistakes: [] } : wrong('a secret', `a file with ${TOKEN_RULE}`);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error), 'the path of a file that can be read');
  }
}

/** What decides who reaches the API, and who may use it. */
export interface Door {
  readonly backendHost: string;
  readonly apiToken: string | undefined;
  readonly allowUnauthenticated: boolean;
}

/** An API that other machines can reach starts agents, spends money and merges for whoever finds it. */
export function refuseOpenDoor({ backendHost, apiToken, allowUnauthenticated }: Door): void {
  if (LOOPBACK.test(backendHost) || apiToken !== undefined || allowUnauthenticated) return;
  const allowed =
    'an address of this machine only (127.0.0.1), unless API_TOKEN or API_TOKEN_FILE says what callers must send, ' +
    'or ALLOW_UNAUTHENTICATED=1 that something else keeps strangers out';
  throw new ConfigError([{ variable: 'BACKEND_HOST', given: `"${backendHost}"`, allowed }]);
}
