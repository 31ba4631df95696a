/** Where the pages find the API on their own origin; every other path is a page. */
export const API_PREFIX = '/api';
