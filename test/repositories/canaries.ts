/** Secrets that a command and a check print, and that a commit message and a review say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { mirrorPath } from '../../clients/git/names.ts';
import { repositoryAt } from '../support/git.ts';
import { MADE_UP } from '../support/made-up-secrets.ts';
import { bash, handIn, type Seen, type Situation, verdict } from './situation.ts';

const NAME = 'canaries';
const KINDS = ['GITHUB_TOKEN', 'AWS_ACCESS_KEY_ID', 'PRIVATE_KEY', 'URL_PASSWORD', 'JSON_WEB_TOKEN', 'SECRET_SETTING'];
const CANARIES = MADE_UP.filter(([kind]) => KINDS.includes(kind));
const said = CANARIES.map(([, value, around = (it: string) => it]) => around(value)).join('\n');
const encoded = Buffer.from(said).toString('base64');
/** Of a key of several lines each line counts. */
const LINES = CANARIES.flatMap(([, value]) =>
  value.split(/\\n|\n/).filter((line) => line.length >= 10 && !line.startsWith('-----')),
);

async function rowsOf({ factory: { db } }: Seen): Promise<string> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db);
  const texts = tables.rows.map(async ({ name }) => {
    const { rows } = await sql<{ text: string }>`select row::text as text from ${sql.table(name)} row`.execute(db);
    return rows.map(({ text }) => text).join('\n');
  });
  return (await Promise.all(texts)).join('\n');
}

async function answersOf({ factory: { apiUrl } }: Seen): Promise<string> {
  const agents = [`${NAME}.n.implement.1`, `${NAME}.n.review.1`].map((id) => `/agents/${id}/transcript`);
  const read = async (path: string) => (await fetch(`${apiUrl}${path}`)).text();
  const diff = await read(`/epics/${NAME}/diff`);
  const { baseSha, headSha } = JSON.parse(diff) as { baseSha: string; headSha: string };
  const patch = `/epics/${NAME}/diff/patch?baseSha=${baseSha}&headSha=${headSha}`;
  const paths = [`/epics/${NAME}`, `/epics/${NAME}/log`, `/tasks/${NAME}.n`, patch, '/fleet', ...agents];
  return [diff, ...(await Promise.all(paths.map(read)))].join('\n');
}

function logsOf({ factory: { stateDir } }: Seen): string {
  const folder = join(stateDir, 'logs');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.length === 0) throw new Error('There are no logs to look at');
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}

const refsOf = ({ factory: { stateDir } }: Seen): Promise<string> =>
  repositoryAt(mirrorPath(stateDir, NAME)).git('log', '--all', '-p', '--format=%B');

async function check(seen: Seen): Promise<void> {
  const places = {
    database: await rowsOf(seen),
    API: await answersOf(seen),
    logs: logsOf(seen),
    'pushed refs': await refsOf(seen),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    LINES.filter((line) => text.includes(line)).map((line) => `${line.slice(0, 4)}… in ${place}`),
  );
  if (found.length > 0) throw new Error(`found: ${found.join(', ')}`);
  if (!places.database.includes('secret removed')) throw new Error('nothing was printed, so nothing is shown');
}

export const canaries: readonly Situation[] = [
  {
    name: NAME,
    what: 'A command and a check print secrets, and a commit message and a review say them',
    happens: 'They are in no row of PostgreSQL, answer of the API, log, pull request or pushed ref.',
    files: {
      'README.md': '# Work\n',
      'factory.yaml': `env: { HIDDEN: ${encoded} }\nverify: test -f done.txt; echo "$HIDDEN" | base64 -d\n`,
    },
    tasks: {
      n: {
        implement: [
          [
            bash(`cat <<'END'\n${said}\nEND`),
            bash('echo done > done.txt'),
            handIn(`Done with ${said}`, { commitMessage: `Do n\n\n${said}` }),
          ],
        ],
        review: [[verdict('approve', `It has ${said}`)]],
      },
    },
    ends: 'COMPLETED',
    says: ['secret removed'],
    check,
  },
];
