/** What a person is told in the corner of the page, since the place where they acted may be gone by then. Pure. */

/** How the API answers what a person sent. */
export interface Reply {
  readonly status: 'done' | 'pending';
  /** False where somebody or something else came first. */
  readonly changed?: boolean;
  readonly message: string;
}

/** What was sent is done; not so what is only stored, or came after something else that settled it. */
export const hasEffect = ({ status, changed }: Reply): boolean => status === 'done' && changed !== false;

/** That what was sent had no effect; undefined where it had one, or may still have it. It stays until it is closed by hand. */
export const vainNotice = ({ status, changed, message }: Reply) =>
  status === 'done' && changed === false
    ? { color: 'orange', title: 'It changed nothing', message, autoClose: false as const }
    : undefined;

export const refusalNotice = (message: string) => ({
  ...{ color: 'red', title: 'Not accepted', message, autoClose: false as const },
});
