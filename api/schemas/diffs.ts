/** Diffs as the API returns them: which files, and the patch of one. Absent values are null. */
import { z } from 'zod';

const DiffFile = z
  .object({
    path: z.string(),
    previousPath: z.string().nullable().describe('of what was renamed'),
    status: z.enum(['added', 'modified', 'deleted', 'renamed', 'type-changed']),
    additions: z.number().int().describe('lines; 0 for a binary file'),
    deletions: z.number().int().describe('lines; 0 for a binary file'),
    isBinary: z.boolean(),
    isGenerated: z
      .boolean()
      .describe(
        'a lock file, minified code, or what .gitattributes of baseSha call linguist-generated; a screen may fold it',
      ),
  })
  .meta({ id: 'DiffFile' });

export const Diff = z
  .object({
    repository: z.string(),
    pullRequest: z.number().int().nullable().describe('null for a commit whose branch is not pushed yet'),
    taskKey: z.string().nullable().describe('of the task whose change it is; null for the epic’s own'),
    submission: z.number().int().nullable().describe('its number, where the diff is that of a task’s submission'),
    since: z
      .object({
        number: z.number().int(),
        bringsBase: z.boolean().describe('the base was merged in between, and what came with it is in the diff too'),
      })
      .nullable()
      .describe('the earlier submission that it leads from, in place of the base'),
    title: z.string(),
    head: z.string(),
    base: z.string(),
    baseSha: z
      .string()
      .describe('where head and base part, or the commit of `since`: the patch leads from here to headSha'),
    headSha: z.string(),
    totals: z
      .object({ files: z.number().int(), additions: z.number().int(), deletions: z.number().int() })
      .describe('of all files, whatever page is asked for'),
    files: z.array(DiffFile).describe('a page of them, in the order of their paths'),
    next: z.string().nullable().describe('`afterFile` of the next page; null on the last'),
  })
  .meta({ id: 'Diff' });

export const Patch = z
  .object({
    path: z.string().describe('of the file, or of the last of several whose whole patches these are'),
    patch: z.string().describe('at most 256 kB, up to the end of a line; a longer line is cut between two characters'),
    next: z.number().int().nullable().describe('`offset` of the next piece of this file, in bytes; null at its end'),
    totalBytes: z.number().int().nullable().describe('of the whole patch of this file, where it is known already'),
    isLast: z.boolean().describe('the diff ends with it; else `afterFile` or `offset` goes on'),
    isCut: z.boolean().describe('the patch goes on after 64 million characters, and is read no further here'),
  })
  .meta({ id: 'Patch' });
