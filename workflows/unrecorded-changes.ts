/** What an execution has changed and not told for certain. Pure: a counter of changes, and what each record covers. */
import type { AppliedMessage } from './contract/messages.ts';
import type { DecisionEntry } from './contract/records.ts';

interface Line<Content> {
  readonly change: number;
  readonly content: Content;
}

/** A record says all that is untold, so each one that was written makes earlier ones on their way needless. */
export function createUnrecordedChanges() {
  let changes = 0;
  /** Up to this change all is in a record that was written or is on its way. */
  let offered = 0;
  let written = 0;
  let decisions: Line<DecisionEntry>[] = [];
  let messages: Line<AppliedMessage>[] = [];

  const change = (): number => {
    changes += 1;
    return changes;
  };

  return {
    change,
    logLine(content: DecisionEntry): void {
      decisions.push({ change: change(), content });
    },
    /** Tells when it is written. */
    apply(content: AppliedMessage): () => boolean {
      const mine = change();
      messages.push({ change: mine, content });
      return () => written >= mine;
    },
    /** Says later whether all that has changed by now is known to be written. */
    mark(): () => boolean {
      const upTo = changes;
      return () => written >= upTo;
    },
    /** Something that no record has. */
    isNews: (): boolean => offered < changes,
    /** Something that is not known to be written. */
    isLeft: (): boolean => written < changes,
    /** For a record of all that is untold; `told` when it was written. */
    take() {
      const upTo = changes;
      offered = upTo;
      return {
        decisions: decisions.map(({ content }) => content),
        messages: messages.map(({ content }) => content),
        told(): void {
          written = Math.max(written, upTo);
          offered = Math.max(offered, upTo);
          decisions = decisions.filter((line) => line.change > upTo);
          messages = messages.filter((line) => line.change > upTo);
        },
      };
    },
    /** A record on its way did not arrive; which of several is not told apart, since one more does no harm. */
    lost(): void {
      offered = written;
    },
  };
}
