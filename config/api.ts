/** Where the API is, and its token: all that most commands need, read without the schemas of everything else. */
import { existsSync } from 'node:fs';
import { readApiToken, TOKEN } from './access.ts';
import { absolute } from './files.ts';
import { isRefusedPort } from './refused-ports.ts';

export interface ApiAccess {
  readonly apiUrl: string;
  readonly apiToken: string | undefined;
}

const PLAIN_URL = /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w./-]*)?$/;
const DEFAULT_PORT = '3001';

/**
 * What loadConfig would say of the API; nothing where a value is not plainly right, so that loadConfig has to judge it.
 * Mistakes in other variables are not noticed. Tests pass an environment of their own.
 */
export function readApiAccess(env: NodeJS.ProcessEnv = process.env): ApiAccess | undefined {
  const dotEnv = absolute('.env');
  if (env === process.env && existsSync(dotEnv)) process.loadEnvFile(dotEnv);
  const given = (name: string) => env[name] || undefined;
  const port = given('BACKEND_PORT') ?? DEFAULT_PORT;
  const url = given('FACTORY_API_URL') ?? `http://127.0.0.1:${port}`;
  const token = given('API_TOKEN');
  if (!/^[1-9]\d{3,4}$/.test(port) || Number(port) > 65_535 || isRefusedPort(Number(port))) return undefined;
  if (!PLAIN_URL.test(url) || !URL.canParse(url)) return undefined;
  if (token !== undefined && !TOKEN.test(token)) return undefined;
  const access = readApiToken(token, given('API_TOKEN_FILE'));
  return access.mistakes.length > 0 ? undefined : { apiUrl: url.replace(/\/+$/, ''), apiToken: access.token };
}
