/** A time as its distance from now, exact when pointed at. */
import { Text, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { clockTime } from '../../api/client/clock-time.ts';
import { ago } from './format.ts';

/** The present time, updated every so many ms while somebody looks. */
export function useNow(everyMs = 10_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Ago({ at, ...props }: { readonly at: string } & TextProps) {
  const now = useNow();
  return (
    <Text component="time" dateTime={at} title={new Date(at).toLocaleString()} inherit {...props}>
      {ago(at, now)}
    </Text>
  );
}

/** A time that is to come, or whose exact hour matters. */
export function Exact({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <Text component="time" dateTime={at} title={new Date(at).toLocaleString()} inherit>
      {clockTime(new Date(at), new Date(now))}
    </Text>
  );
}
