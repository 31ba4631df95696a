/** How many messages lines of the decision log say were ignored: one, or “ignored 4812 messages”. */
export const countIgnored = (lines: readonly { readonly decision: string }[]): number =>
  lines.reduce((sum, { decision }) => sum + Number(/^ignored (\d+) messages/.exec(decision)?.[1] ?? 1), 0);
