/** What a delivery of GitHub says: which pull requests to look at, or why it is not for us. Pure. */
import { z } from 'zod';
import { OWN_WORDS, REVIEW_STATUS } from '../../workflows/contract/pull-request.ts';

/** Pull requests as an event names them: by number and branch, by their page, by the branch that they come from. */
export interface Wanted {
  readonly pulls: readonly { readonly number: number; readonly head: string }[];
  readonly urls: readonly string[];
  readonly heads: readonly string[];
}

export type GitHubMeaning =
  | ({ readonly kind: 'look' } & Wanted)
  /** Of a kind that we know, and nothing to do: our own words, or a check that has only begun. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

const Pull = z.object({ number: z.int().positive(), head: z.object({ ref: z.string() }) });
const Words = z.object({ body: z.string().nullish() });

/** The fields that are read of each event; an event without them is ignored. */
const EVENTS: Readonly<Record<string, z.ZodType<Partial<Wanted> | 'nothing'>>> = {
  pull_request: z.object({ pull_request: Pull }).transform(({ pull_request }) => look(pull_request)),
  pull_request_review: z.object({ pull_request: Pull, review: Words }).transform((event) => {
    return isOurs(event.review) ? 'nothing' : look(event.pull_request);
  }),
  pull_request_review_comment: z.object({ pull_request: Pull, comment: Words }).transform((event) => {
    return isOurs(event.comment) ? 'nothing' : look(event.pull_request);
  }),
  issue_comment: z
    .object({ comment: Words, issue: z.object({ pull_request: z.object({ html_url: z.string() }).optional() }) })
    .transform(({ comment, issue }) => {
      return isOurs(comment)
        ? 'nothing'
        : { urls: issue.pull_request === undefined ? [] : [issue.pull_request.html_url] };
    }),
  check_run: z
    .object({
      action: z.string(),
      check_run: z.object({ check_suite: z.object({ head_branch: z.string().nullish() }) }),
    })
    .transform(({ action, check_run }) => whenDone(action, check_run.check_suite.head_branch)),
  check_suite: z
    .object({ action: z.string(), check_suite: z.object({ head_branch: z.string().nullish() }) })
    .transform(({ action, check_suite }) => whenDone(action, check_suite.head_branch)),
  status: z
    .object({ context: z.string(), state: z.string(), branches: z.array(z.object({ name: z.string() })) })
    .transform(({ context, state, branches }) => {
      return context === REVIEW_STATUS || state === 'pending' ? 'nothing' : { heads: branches.map(({ name }) => name) };
    }),
  // A base that moves changes nothing until the merge, which looks at it.
  push: z.object({ ref: z.string() }).transform(({ ref }) => ({ heads: [ref.replace(/^refs\/heads\//, '')] })),
};

export function meaningOf(event: string | undefined, json: unknown): GitHubMeaning {
  const schema = Object.hasOwn(EVENTS, event ?? '') ? EVENTS[event ?? ''] : undefined;
  const found = schema?.safeParse(json).data;
  if (found === undefined) return { kind: 'unknown' };
  return found === 'nothing' ? { kind: 'nothing' } : { kind: 'look', pulls: [], urls: [], heads: [], ...found };
}

const look = ({ number, head }: z.output<typeof Pull>): Partial<Wanted> => ({ pulls: [{ number, head: head.ref }] });

/** A check that begins changes nothing yet. */
const whenDone = (action: string, branch: string | null | undefined): Partial<Wanted> | 'nothing' =>
  action === 'completed' ? { heads: [branch ?? []].flat() } : 'nothing';

const isOurs = ({ body }: z.output<typeof Words>): boolean =>
  OWN_WORDS.test((body ?? '').trimEnd().split(/\r?\n/).at(-1) ?? '');
