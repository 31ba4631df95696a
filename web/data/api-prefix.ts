/** Where the pages find the API on their own origin (`api/pages.ts` serves it there); every other path is a page. */
export const API_PREFIX = '/api';
