/** Everything the factory needs on this machine: found, or obtained where that is possible. */
import type { Config } from '../../config/config.ts';
import { isAtLeast } from '../programs/find.ts';
import { type Finding, found } from '../programs/finding.ts';
import { ensureChromium, ensureGh, ensureSystemPrograms } from '../programs/system.ts';
import { ensureTemporalCli, ensureTestServer } from '../programs/temporal.ts';
import { postgresBinaries } from '../stack/postgres.ts';
import { ensurePages } from './pages.ts';

const LEAST_NODE = '22.18.0';

/** Tells each finding as soon as it is known. `forTests` obtains what only the tests use. */
export async function setUp(
  config: Config,
  options: { readonly forTests: boolean; readonly tell?: (finding: Finding) => void },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = (finding: Finding) => {
    findings.push(finding);
    options.tell?.(finding);
  };
  add(examineNode());
  for (const finding of await ensureSystemPrograms()) add(finding);
  const isOnGitHub = config.forge.kind === 'github';
  if (isOnGitHub || options.forTests) add(await ensureGh(isOnGitHub));
  if (config.temporal.embedded) add(await ensureTemporalCli());
  else add(found('Temporal', `your own at ${config.temporal.address}`));
  if (options.forTests) for (const ensure of [ensureTestServer, ensureChromium]) add(await ensure());
  add(await examineEmbeddedPostgres(config));
  add(await ensurePages());
  return findings;
}

export function examineNode(): Finding {
  const version = process.versions.node;
  if (isAtLeast(version, LEAST_NODE)) return found('Node', `${version} at ${process.execPath}`);
  return {
    ok: false,
    part: 'Node',
    why: 'wrong version',
    detail: `${process.execPath} is ${version}; ${LEAST_NODE} or newer runs TypeScript.`,
    remedy: 'npm ci (brings Node 24 into node_modules)',
    required: true,
  };
}

/** The binaries of the embedded server; a PostgreSQL of one's own is asked by `doctor` and by the start itself. */
export async function examineEmbeddedPostgres(config: Config): Promise<Finding> {
  const part = 'PostgreSQL';
  if (!config.databaseEmbedded) return found(part, `your own at ${hostOf(config.databaseUrl)}`);
  try {
    await postgresBinaries();
    return found(part, `embedded, data in ${config.stateDir}/postgres`);
  } catch (error) {
    return {
      ok: false,
      part,
      why: 'missing',
      detail: (error as Error).message,
      remedy: 'npm ci, or set DATABASE_URL',
      required: true,
    };
  }
}

/** Without user and password. */
export const hostOf = (databaseUrl: string): string => {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
};
