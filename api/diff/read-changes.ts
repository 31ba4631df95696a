/** Reads a diff from the repositories on this machine, and explains why where it cannot. */
import type { Changes, MirrorReader } from '../../activities/forge/diff.ts';
import { ApiError } from '../errors.ts';
import type { ChosenDiff } from './chosen-diff.ts';

type Forge = Pick<MirrorReader, 'readChanges'>;

export interface ReadChanges extends Changes {
  readonly since: { readonly number: number; readonly bringsBase: boolean } | null;
}

/** Throws NotFound for commits that are not here, and for a submission that is not built on the earlier one. */
export async function readChosen(forge: Forge, chosen: ChosenDiff): Promise<ReadChanges> {
  const { repository, from, headSha, since, elsewhere } = chosen;
  if (since !== null) return await readSince(forge, chosen, since);
  const changes = await forge.readChanges({ repository, base: from, head: headSha });
  if (changes !== undefined) return { ...changes, since };
  if (await isHere(forge, repository, headSha)) throw noBase(chosen);
  throw notHere(repository, headSha, elsewhere);
}

async function readSince(
  forge: Forge,
  chosen: ChosenDiff,
  since: NonNullable<ChosenDiff['since']>,
): Promise<ReadChanges> {
  const { repository, from, headSha, submission, elsewhere } = chosen;
  const changes = await forge.readChanges({ repository, base: since.headSha, head: headSha });
  if (changes?.baseSha === since.headSha) {
    const bringsBase = await isBaseBetween(forge, { repository, from, headSha, sinceSha: since.headSha });
    return { ...changes, since: { number: since.number, bringsBase } };
  }
  if (!(await isHere(forge, repository, headSha))) throw notHere(repository, headSha, elsewhere);
  const whole = `without \`since\` it is compared with ${chosen.base}`;
  if (!(await isHere(forge, repository, since.headSha))) {
    const why = `nothing says what submission ${submission} changed since submission ${since.number}; ${whole}`;
    throw notHere(repository, since.headSha, why);
  }
  throw new ApiError(
    'NotFound',
    `Submission ${submission} (${short(headSha)}) is not built on submission ${since.number} (${short(since.headSha)}): its branch was taken back or rewritten in between, so nothing says what changed since; ${whole}`,
  );
}

/** Whether the later of two commits parts from the base later than the earlier one. */
async function isBaseBetween(
  forge: Forge,
  { repository, from, headSha, sinceSha }: Record<'repository' | 'from' | 'headSha' | 'sinceSha', string>,
): Promise<boolean> {
  const [before, after] = await Promise.all(
    [sinceSha, headSha].map((head) => forge.readChanges({ repository, base: from, head })),
  );
  return before !== undefined && after !== undefined && before.baseSha !== after.baseSha;
}

/** A commit that is here has itself in common with itself. */
const isHere = async (forge: Forge, repository: string, sha: string): Promise<boolean> =>
  (await forge.readChanges({ repository, base: sha, head: sha })) !== undefined;

const noBase = ({ repository, base, headSha, elsewhere }: ChosenDiff) =>
  new ApiError(
    'NotFound',
    `The API's machine holds commit ${short(headSha)} of ${repository}, but nothing of ${base} that it could be compared with; ${elsewhere}`,
  );

export const notHere = (repository: string, headSha: string, elsewhere: string) =>
  new ApiError('NotFound', `The API's machine does not hold commit ${short(headSha)} of ${repository}; ${elsewhere}`);

const short = (sha: string): string => sha.slice(0, 12);
