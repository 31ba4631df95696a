/** Whether Linear takes the key, and has the team. */
import type { LinearConfig } from '../../config/config.ts';
import { type Finding, found } from '../programs/finding.ts';

const ANSWER_WITHIN_MS = 8_000;

const TEAM = /* GraphQL */ `
  query Team($key: String!) {
    viewer { displayName }
    teams(filter: { key: { eq: $key } }, first: 1) { nodes { name } }
  }
`;

interface Answer {
  readonly viewer: { readonly displayName: string };
  readonly teams: { readonly nodes: readonly { readonly name: string }[] };
}

/** No line where Linear is not configured; no delivery is asked for, since only Linear can send one. */
export async function examineLinear({ linear, webhookSecrets }: Examined): Promise<Finding[]> {
  if (linear === undefined) return [];
  const part = 'Linear';
  const wrong = { ok: false, part, required: true } as const;
  const sdk = await import('@linear/sdk');
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const client = new sdk.LinearGraphQLClient(linear.apiUrl, { headers: { Authorization: linear.apiKey }, signal });
    const { data } = await client.rawRequest<Answer, { key: string }>(TEAM, { key: linear.team });
    const [team] = data?.teams.nodes ?? [];
    if (team === undefined) {
      const detail = `There is no team ${linear.team}, or the key's user is not in it.`;
      return [
        { ...wrong, why: 'not usable', detail, remedy: 'correct LINEAR_TEAM: the letters before an issue’s number' },
      ];
    }
    const webhook =
      webhookSecrets.linear === undefined ? 'no LINEAR_WEBHOOK_SECRET: asked every 2 minutes' : 'webhook open';
    return [found(part, `team ${linear.team} (${team.name}), as ${data?.viewer.displayName}; ${webhook}`)];
  } catch (error) {
    if (error instanceof sdk.AuthenticationLinearError || error instanceof sdk.ForbiddenLinearError) {
      const remedy = 'set a valid key (Linear: Settings, Security & access), or unset it';
      return [{ ...wrong, why: 'not logged in', detail: 'Linear refused LINEAR_API_KEY.', remedy }];
    }
    const reason = error instanceof Error ? error.message.slice(0, 200).replace(/\.$/, '') : 'unknown';
    return [{ ...wrong, why: 'not usable', detail: `Linear does not answer: ${reason}.`, remedy: 'check the network' }];
  }
}

interface Examined {
  readonly linear: LinearConfig | undefined;
  readonly webhookSecrets: { readonly linear: string | undefined };
}
