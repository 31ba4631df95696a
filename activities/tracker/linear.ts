/** Linear as a tracker. */
import { type AskLinear, createLinearClient, isNotVisible, isRefused } from '../../clients/linear/client.ts';
import * as documents from '../../clients/linear/documents.ts';
import type { LinearConfig } from '../../config/config.ts';
import { isOwnComment } from '../../workflows/contract/tracker.ts';
import { withoutSecrets } from '../secrets/redact.ts';
import { commentOf, issueOf, type RawComment, type RawIssue, type RawSubIssue, subIssueOf } from './linear-rows.ts';
import { type Changed, type Comment, FINAL_STATES, isFinal, type StateType, type Tracker } from './tracker.ts';

interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A conversation, list of sub-issues or history that is longer than 500 is not read to its end. */
const MOST_PAGES = 10;

/**
 * 10,000 changes at 300 points a page (a call may cost 10,000), all of it a small part of what Linear grants a key in an
 * hour, so that the intakes are still served.
 */
const MOST_CHANGED_PAGES = 40;

export type LinearOptions = Pick<LinearConfig, 'apiKey' | 'apiUrl' | 'team' | 'label' | 'state'>;

export function createLinear(options: LinearOptions): Tracker {
  const ask = createLinearClient(options);

  const readComments = async (id: string): Promise<Comment[]> => {
    type Answer = { issue: { comments: Connection<RawComment> } };
    const raw = await allPages<RawComment, Answer>(ask, documents.COMMENTS, { id }, ({ issue }) => issue.comments);
    return raw.map(commentOf).toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  };

  return {
    async readIssue(id) {
      const raw = await ask<{ issue: RawIssue }>(documents.ISSUE, { id }).catch((error: unknown) => {
        // Any other refusal says nothing about the issue: Linear's schema may have changed.
        if (isNotVisible(error)) return undefined;
        throw error;
      });
      return raw === undefined ? undefined : issueOf(raw.issue, await readComments(raw.issue.id));
    },

    async readSubIssues(id) {
      type Answer = { issue: { children: Connection<RawSubIssue> } };
      const raw = await allPages<RawSubIssue, Answer>(ask, documents.SUB_ISSUES, { id }, ({ issue }) => issue.children);
      return raw.toSorted((a, b) => (a.subIssueSortOrder ?? 0) - (b.subIssueSortOrder ?? 0)).map(subIssueOf);
    },

    async readReopenedAt(id) {
      type Node = { createdAt: string; fromState: State | null; toState: State | null };
      type Answer = { issue: { history: Connection<Node> } };
      const moves = await allPages<Node, Answer>(ask, documents.HISTORY, { id }, ({ issue }) => issue.history);
      return moves
        .filter(
          ({ fromState, toState }) =>
            fromState !== null && isFinal(fromState.type) && toState !== null && !isFinal(toState.type),
        )
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .at(-1);
    },

    async listChanged({ since, known }) {
      const changed = await allPages<Changed, { issues: Connection<Changed> }>(
        ask,
        documents.CHANGED,
        { filter: changedFilter(options, since, known) },
        ({ issues }) => issues,
        MOST_CHANGED_PAGES,
      );
      if (known.length === 0 || since === undefined) return changed;
      // A comment does not count as a change of its issue.
      type Node = { id: string; updatedAt: string; issueId: string | null };
      const filter = { issue: { id: { in: known } }, updatedAt: { gt: since } };
      const comments = await allPages<Node, { comments: Connection<Node> }>(
        ask,
        documents.COMMENTED,
        { filter },
        (answer) => answer.comments,
        MOST_CHANGED_PAGES,
      );
      const commented = comments.flatMap(({ id, updatedAt, issueId }) =>
        issueId === null || isOwnComment(id) ? [] : [{ id: issueId, updatedAt }],
      );
      return [...changed, ...commented];
    },

    async comment({ issueId, commentId, body, parentId }) {
      const isThere = async () => {
        type Answer = { comments: { nodes: readonly unknown[] } };
        const { comments } = await ask<Answer>(documents.COMMENT, { filter: { id: { eq: commentId } } });
        return comments.nodes.length > 0;
      };
      if (await isThere()) return;
      const parent = parentId === undefined ? {} : { parentId };
      try {
        const words = withoutSecrets(body);
        await ask(documents.CREATE_COMMENT, { input: { id: commentId, issueId, body: words, ...parent } });
      } catch (error) {
        // Somebody was faster: the same words under the same id.
        if (!isRefused(error) || !(await isThere())) throw error;
      }
    },

    async move(issueId, to) {
      type Answer = { issue: { id: string; state: State; team: { states: { nodes: readonly OrderedState[] } } } };
      const { issue } = await ask<Answer>(documents.STATES, { id: issueId });
      if (isFinal(issue.state.type) || issue.state.type === to) return 'left';
      const [first] = issue.team.states.nodes
        .filter(({ type }) => type === to)
        .toSorted((a, b) => a.position - b.position);
      if (first === undefined) return 'left';
      await ask(documents.MOVE, { id: issue.id, stateId: first.id });
      return 'moved';
    },
  };
}

interface State {
  readonly type: StateType;
}

interface OrderedState extends State {
  readonly id: string;
  readonly position: number;
}

function changedFilter({ team, label, state }: LinearOptions, since: string | undefined, known: readonly string[]) {
  const asked = [
    ...(label === undefined ? [] : [{ labels: { some: { name: { eqIgnoreCase: label } } } }]),
    ...(state === undefined ? [] : [{ state: { name: { eqIgnoreCase: state } } }]),
  ];
  const or = [
    { team: { key: { eq: team } }, or: asked, state: { type: { nin: FINAL_STATES } } },
    ...(known.length === 0 ? [] : [{ id: { in: known } }]),
  ];
  return { or, ...(since === undefined ? {} : { updatedAt: { gt: since } }) };
}

async function allPages<Node, Answer>(
  ask: AskLinear,
  document: string,
  variables: Record<string, unknown>,
  connection: (answer: Answer) => Connection<Node>,
  most = MOST_PAGES,
): Promise<Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (let page = 0; page < most; page += 1) {
    const answer: Connection<Node> = connection(await ask<Answer>(document, { ...variables, after }));
    nodes.push(...answer.nodes);
    if (!answer.pageInfo.hasNextPage) break;
    after = answer.pageInfo.endCursor;
  }
  return nodes;
}
