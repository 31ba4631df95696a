/** The state of this machine and its configuration, part by part; changes nothing. */
import Anthropic from '@anthropic-ai/sdk';
import { findSandbox, sandboxProblem } from '../../clients/terminal/sandbox-probe.ts';
import { type Config, ConfigError } from '../../config/config.ts';
import { connect } from '../../db/connection.ts';
import { listHosts } from '../../db/reads/hosts.ts';
import { onPath } from '../programs/find.ts';
import { type Finding, found } from '../programs/finding.ts';
import { examineSystemPrograms, installCommand } from '../programs/system.ts';
import { examineTemporalCli } from '../programs/temporal.ts';
import { type PortUse, portIsFree } from '../stack/ports.ts';
import { postgresProblem } from '../stack/postgres.ts';
import { LAUNCHER, readProcesses } from '../stack/process-list.ts';
import { temporalProblem } from '../stack/temporal-client.ts';
import { examineGitHub } from './github.ts';
import { examineLinear } from './linear.ts';
import { examineRepository } from './repository.ts';
import { examineEmbeddedPostgres, examineNode, hostOf } from './setup.ts';

const HOST_SEEN_WITHIN_SECONDS = 30;

/** With a wrong configuration the machine is still looked at, with the defaults. */
export async function examine(load: (env?: NodeJS.ProcessEnv) => Promise<Config>): Promise<Finding[]> {
  try {
    const config = await load();
    return [found('Configuration', 'every variable has an allowed value'), ...(await examineWith(config))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const mistakes = error.mistakes.map((m) => `${m.variable} is ${m.given}, allowed is ${m.allowed}`);
    const remedy = 'correct it; .env.example explains each variable (the lines below are for the defaults)';
    return [notUsable('Configuration', `${mistakes.join('; ')}.`, remedy), ...(await examineWith(await load({})))];
  }
}

async function examineWith(config: Config): Promise<Finding[]> {
  const groups = await Promise.all([
    [examineNode()],
    examineSystemPrograms(),
    examineTemporal(config).then((finding) => [finding]),
    examinePostgres(config).then((finding) => [finding]),
    examineModel(config).then((finding) => [finding]),
    examineSandbox(config),
    examineRepositories(config),
    examineGitHub(config),
    examineLinear(config),
    examinePorts(config),
    examineHosts(config),
  ]);
  return groups.flat();
}

const notUsable = (part: string, detail: string, remedy: string, required = true): Finding => ({
  ok: false,
  part,
  why: 'not usable',
  detail,
  remedy,
  required,
});

async function examineTemporal(config: Config): Promise<Finding> {
  if (config.temporal.embedded) return examineTemporalCli();
  const { address, namespace } = config.temporal;
  const problem = await temporalProblem(config.temporal);
  if (problem === undefined) return found('Temporal', `your own at ${address}, namespace ${namespace}`);
  return notUsable('Temporal', `${address}: ${problem}.`, 'correct TEMPORAL_ADDRESS and its kin, or unset it');
}

async function examinePostgres(config: Config): Promise<Finding> {
  if (config.databaseEmbedded) return examineEmbeddedPostgres(config);
  const problem = await postgresProblem(config.databaseUrl);
  if (problem === undefined) return found('PostgreSQL', `your own at ${hostOf(config.databaseUrl)}`);
  return notUsable('PostgreSQL', `${hostOf(config.databaseUrl)}: ${problem}.`, 'correct DATABASE_URL, or unset it');
}

/** Asks the provider for its models, which costs nothing. */
async function examineModel({ model }: Config): Promise<Finding> {
  const part = 'Model';
  if (model.apiKey === undefined) {
    return found(part, model.baseUrl ?? 'no ANTHROPIC_API_KEY: the scripted model answers');
  }
  try {
    const baseURL = model.baseUrl === undefined ? {} : { baseURL: model.baseUrl };
    await new Anthropic({ apiKey: model.apiKey, ...baseURL, maxRetries: 0, timeout: 8_000 }).models.list({ limit: 1 });
    return found(part, `${[...new Set(Object.values(model.names))].join(', ')}, ANTHROPIC_API_KEY accepted`);
  } catch (error) {
    const refused = error instanceof Anthropic.AuthenticationError || error instanceof Anthropic.PermissionDeniedError;
    if (!refused)
      return notUsable(
        part,
        `The provider does not answer: ${(error as Error).message.replace(/\.$/, '')}.`,
        'check the network and ANTHROPIC_BASE_URL',
      );
    return {
      ok: false,
      part,
      why: 'not logged in',
      detail: 'The provider refused ANTHROPIC_API_KEY.',
      remedy: 'set a valid key, or unset it for the scripted model',
      required: true,
    };
  }
}

/** The scripted model needs none. */
async function examineSandbox(config: Config): Promise<Finding[]> {
  const { kind, description, missingForNetwork } = await findSandbox(config.sandbox);
  const isThere = kind !== 'none';
  if (isThere) return [found('Sandbox', description), examineAllowList(missingForNetwork)];
  if (config.sandbox.setting === 'off') return [found('Sandbox', description)];
  const isRequired = sandboxProblem(config, isThere) !== undefined;
  const install = process.platform === 'linux' && onPath('bwrap') === undefined;
  const remedy = install ? installCommand('bubblewrap') : 'docs/security.md says what it needs';
  const detail = `${description}.${isRequired ? ' A real key is not used like that.' : ''}`;
  return [notUsable('Sandbox', detail, `${remedy}, or SANDBOX=off to accept it`, isRequired)];
}

/** Only a repository whose factory.yaml names hosts of the network needs this. */
function examineAllowList(missing: readonly string[]): Finding {
  const part = 'Network allow-list';
  if (missing.length === 0) return found(part, 'possible: socat and ripgrep are there');
  const detail = `${missing.join(' and ')}: only needed where factory.yaml says \`network\`.`;
  return { ok: false, part, why: 'missing', detail, remedy: installCommand(missing.join(' ')), required: false };
}

async function examineRepositories(config: Config): Promise<Finding[]> {
  if (!config.repositoriesGiven) return [found('Repository', 'the example; GIT_BASE_REPO_PATH is not set')];
  // Without git there is nothing to ask, and git's own line says so.
  if (onPath('git') === undefined) return [];
  const findings = Object.keys(config.repositories).map((name) => examineRepository(config, name));
  return (await Promise.all(findings)).flat();
}

async function examinePorts(config: Config): Promise<Finding[]> {
  const { ports } = config;
  const uses: PortUse[] = [
    ...(config.databaseEmbedded ? [{ port: ports.postgres, part: 'PostgreSQL', variable: 'POSTGRES_PORT' }] : []),
    ...(config.temporal.embedded
      ? [
          { port: ports.temporal, part: 'Temporal', variable: 'TEMPORAL_PORT' },
          { port: ports.temporalUi, part: 'Web UI', variable: 'TEMPORAL_UI_PORT' },
        ]
      : []),
    { port: ports.backend, part: 'API', variable: 'BACKEND_PORT' },
    { port: ports.frontend, part: 'the dashboard', variable: 'FRONTEND_PORT' },
  ];
  const launcher = readProcesses(config.stateDir).find(({ name }) => name === LAUNCHER);
  return Promise.all(
    uses.map(async ({ port, part, variable }) => {
      const name = `Port ${port}`;
      if (await portIsFree(port)) return found(name, `free for ${part}`);
      if (launcher !== undefined)
        return found(name, `${part} of the running stack (launcher: process ${launcher.pid})`);
      return notUsable(name, `Another program has it, and ${part} needs it.`, `set ${variable}, or stop that program`);
    }),
  );
}

/** Only those that take no more work: without a database, or before the first start, there is nothing to say. */
async function examineHosts(config: Config): Promise<Finding[]> {
  const db = connect(config.databaseUrl, { max: 1 });
  try {
    const refusing = (await listHosts(db, HOST_SEEN_WITHIN_SECONDS)).filter(({ refusal }) => refusal !== null);
    return refusing.map(({ name, refusal }) =>
      notUsable(`Host ${name}`, `${refusal}.`, 'fix the cause and start its worker process again', false),
    );
  } catch {
    return [];
  } finally {
    await db.destroy();
  }
}
