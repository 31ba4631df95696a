/** A call that the double serves, and where it is served. */
import type { Pull, RepositoryState, User } from './state.ts';

export interface Call {
  readonly repository: RepositoryState;
  readonly user: User;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** The double's own address. */
  readonly url: string;
  /** Tells whoever listens, with the pull request that it is about. */
  readonly hook: (event: string, payload: object, pull?: Pull) => void;
}

export interface Route {
  readonly method: string;
  /** `:name` stands for one part, `:name+` for the rest of the parts up to what follows. */
  readonly path: string;
  readonly right: 'read' | 'write';
  answer(call: Call): unknown;
}
