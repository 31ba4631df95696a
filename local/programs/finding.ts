/** What `setup` and `doctor` say about one part: that it is there, or what is wrong and what helps. */

export type Finding =
  | {
      readonly ok: true;
      readonly part: string;
      /** Version, place, and what was done to have it. */
      readonly detail: string;
    }
  | {
      readonly ok: false;
      readonly part: string;
      readonly why: 'missing' | 'wrong version' | 'not logged in' | 'not usable';
      readonly detail: string;
      /** The command or the change that helps. */
      readonly remedy: string;
      /** Nothing runs without it; the rest is good to know. */
      readonly required: boolean;
    };

export const found = (part: string, detail: string): Finding => ({ ok: true, part, detail });

/** One line of text for a finding. */
export function sentence(finding: Finding): string {
  if (finding.ok) return `${finding.part}: ${finding.detail}`;
  return `${finding.part}: ${finding.why}. ${finding.detail} Remedy: ${finding.remedy}`;
}
