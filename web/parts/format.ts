/** Times, amounts and states in words. Pure. */
import { clockTime } from '../../api/client/clock-time.ts';

/** "3 min ago"; the exact time belongs beside it. */
export function ago(iso: string, now: number): string {
  const seconds = Math.round((now - Date.parse(iso)) / 1_000);
  return seconds < 5 ? 'just now' : `${span(seconds * 1_000)} ago`;
}

/** What is on the page when it could not be read again; `updatedAt` is 0 before anything was. */
export const staleWords = (what: string, updatedAt: number, now: number): string =>
  updatedAt === 0
    ? `Cannot read ${what}`
    : `Cannot read ${what} again; this is as of ${clockTime(new Date(updatedAt), new Date(now))}`;

/** "2 h 5 min": the two largest units of a time in ms. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/** Cents, and more digits where a cent is much. */
export const money = (usd: number): string => `$${usd > 0 && usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2)}`;

/** A cap on what model calls may use. */
export const capWords = (unit: 'usd' | 'tokens', cap: number): string =>
  unit === 'usd' ? money(cap) : count(cap, 'token');

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${whole(number)} ${number === 1 ? one : many}`;

/** What is not on the page, since Temporal did not say it. */
export const unreadWords = (unread: number): string =>
  `Temporal did not describe ${count(unread, 'execution')} of it in time: whether they retry something or are paused is not shown here.`;

/** A format costs a browser a tenth of a second, and few numbers need it. */
let thousands: Intl.NumberFormat | undefined;

export function whole(number: number): string {
  if (number < 1_000) return String(number);
  thousands ??= new Intl.NumberFormat('en');
  return thousands.format(number);
}

/** "In progress" of IN_PROGRESS. */
export const stateWords = (state: string): string => {
  const words = state.toLowerCase().replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

const COLORS: Readonly<Record<string, string>> = {
  COMPLETED: 'green',
  FAILED: 'red',
  BLOCKED: 'orange',
  CANCELLED: 'gray',
  SKIPPED: 'gray',
  PENDING: 'gray',
  IDLE: 'gray',
  WAITING: 'gray',
};
export const colorOf = (state: string): string => COLORS[state] ?? 'blue';
