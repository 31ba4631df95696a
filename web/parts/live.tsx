/** The connection to the factory's events, for the parts that show how fresh the page is. */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { type Connection, followChanges } from '../data/live.ts';

const Live = createContext<Connection>({ state: 'connecting', since: 0, standstill: null });

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>({
    state: 'connecting',
    since: Date.now(),
    standstill: null,
  });
  useEffect(() => followChanges(queries, setConnection), [queries]);
  return <Live value={connection}>{children}</Live>;
}

export const useConnection = (): Connection => useContext(Live);
