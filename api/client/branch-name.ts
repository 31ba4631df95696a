/** How the screens of an epic name its branches: without the part that all of them share. Pure. */
export const shortBranch = (epicId: string, branch: string): string => branch.replace(`factory/${epicId}/`, '');
