/** The repositories that are configured: FACTORY_CONFIG and GIT_BASE_REPO_PATH. Mistakes are collected, never thrown. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { BranchName } from '../workflows/contract/branch.ts';
import { absolute, type Mistake } from './files.ts';

export interface Repository {
  /** Absolute. */
  readonly path: string;
  readonly baseBranch?: string | undefined;
}

const RepositoryFile = z.strictObject({
  repositories: z
    .record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'a name of letters, digits, ".", "_" and "-"'),
      z.strictObject({ path: z.string().min(1), baseBranch: BranchName.optional() }),
    )
    .refine((all) => Object.keys(all).length > 0, 'at least one repository'),
});

/** The repositories of FACTORY_CONFIG, and the one of GIT_BASE_REPO_PATH under its folder's name. */
export function readRepositories(
  single: string | undefined,
  file: string | undefined,
  singleBase?: string,
): { repositories: Record<string, Repository>; mistakes: Mistake[] } {
  const repositories: Record<string, Repository> = {};
  const mistakes: Mistake[] = [];
  const wrong = (where: string, given: string, allowed: string) =>
    mistakes.push({ variable: `FACTORY_CONFIG${where}`, given, allowed });
  if (file !== undefined) {
    try {
      const parsed = RepositoryFile.safeParse(parseYaml(readFileSync(absolute(file), 'utf8')));
      const folder = path.dirname(absolute(file));
      for (const [name, entry] of Object.entries(parsed.data?.repositories ?? {})) {
        repositories[name] = { ...entry, path: path.resolve(folder, entry.path) };
      }
      for (const issue of parsed.error?.issues ?? []) {
        wrong(
          issue.path.map((key) => `.${String(key)}`).join(''),
          issue.message,
          'repositories: {name: {path, baseBranch}}',
        );
      }
    } catch (error) {
      wrong('', error instanceof Error ? error.message : String(error), 'the path of a YAML file');
    }
  }
  if (single !== undefined) {
    const name = nameOf(single);
    if (name in repositories) wrong(`.${name}`, 'the name that GIT_BASE_REPO_PATH has too', 'a name of its own');
    repositories[name] ??= {
      path: absolute(single),
      ...(singleBase === undefined ? {} : { baseBranch: singleBase }),
    };
  }
  return { repositories, mistakes };
}

/** A repository is called what its folder is called, in the characters that names may have. */
function nameOf(repository: string): string {
  const folder = path.basename(absolute(repository)).replace(/\.git$/, '');
  return (
    folder
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 63) || 'repository'
  );
}
