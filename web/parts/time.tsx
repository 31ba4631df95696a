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

interface TimeProps extends TextProps {
  readonly at: string;
}

/** The words for a time, exact when pointed at. */
export function TimeText({ at, children, ...props }: TimeProps & { readonly children: string }) {
  return (
    <Text component="time" dateTime={at} title={new Date(at).toLocaleString()} inherit {...props}>
      {children}
    </Text>
  );
}

export function Ago(props: TimeProps) {
  const now = useNow();
  return <TimeText {...props}>{ago(props.at, now)}</TimeText>;
}

/** A time that is to come, or whose exact hour matters. */
export function Exact({ at }: Pick<TimeProps, 'at'>) {
  const now = useNow();
  return <TimeText at={at}>{clockTime(new Date(at), new Date(now))}</TimeText>;
}
