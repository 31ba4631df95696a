/** Whether an epic could begin in a repository: by the very reading that it begins with. */
import { createReading, readRepository } from '../../activities/repository.ts';
import type { Config } from '../../config/config.ts';
import { type Finding, found } from '../programs/finding.ts';

/** With a finding for what is most likely not meant. */
export async function examineRepository(config: Config, name: string): Promise<Finding[]> {
  const part = `Repository ${name}`;
  const problem = await repositoryProblem(config, name);
  if ('baseBranch' in problem) {
    const { baseBranch, notes } = problem;
    const said = notes.map((note) => ({
      ok: false as const,
      part: `${part}: factory.yaml`,
      why: 'not usable' as const,
      detail: `${note}.`,
      remedy: 'correct them, or leave them if they are for files to come',
      required: false,
    }));
    return [found(part, `${config.repositories[name]?.path}, branch ${baseBranch}`), ...said];
  }
  const { type, message } = problem;
  // What is wrong, and after it what helps.
  const end = message.lastIndexOf('; ');
  const [detail, remedy] =
    end === -1 ? [message, 'correct what it names'] : [message.slice(0, end), message.slice(end + 2)];
  const why = type === 'RepositoryMissing' ? 'missing' : 'not usable';
  return [{ ok: false, part, why, detail: `${detail}.`, remedy, required: true }];
}

/** What an epic would be told, or the failure that the first activity of an epic would end with. */
async function repositoryProblem(
  config: Config,
  repository: string,
): Promise<{ baseBranch: string; notes: readonly string[] } | { type?: string; message: string }> {
  try {
    const wanted = { repository, baseBranch: config.repositories[repository]?.baseBranch };
    return await readRepository(createReading(config), wanted);
  } catch (error) {
    return error as { type?: string; message: string };
  }
}
