/** Signing in to an API that wants a token. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiFailure, api, dataOf } from './api.ts';

/** The cookie cannot be seen by a script, so that it was given is noted beside it. */
const SIGNED_IN = 'factory-signed-in';
export const isSignedIn = (): boolean => localStorage.getItem(SIGNED_IN) !== null;

/** The API wants its token, or another one than it got. */
export const wantsToken = (error: Error | null): boolean => error instanceof ApiFailure && error.status === 401;

/** The token is kept by the browser, where no script can read it; everything is read again. */
export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => dataOf(api.POST('/session', { body: { token } })),
    onSuccess() {
      localStorage.setItem(SIGNED_IN, 'yes');
      return queries.invalidateQueries();
    },
  });
}

/** Forgets the token; an API that wants one asks for it at once. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => dataOf(api.DELETE('/session')),
    onSuccess() {
      localStorage.removeItem(SIGNED_IN);
      return queries.resetQueries();
    },
  });
}
