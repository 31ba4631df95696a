/** The most that is read of each list. Who shows one says when there may be more. Pure. */
export const MOST = { requests: 500, epics: 500, issues: 200, mails: 100 } as const;

/** A list that is as long as it may be is not all there is. */
export const isCut = (length: number, list: keyof typeof MOST): boolean => length >= MOST[list];
