/** Names a value without telling it. */
import { createHmac } from 'node:crypto';

/** The same for the same value within an epic, and of no use outside of it. */
export const secretHash = (epicId: string, value: string): string =>
  createHmac('sha256', epicId).update(value).digest('hex').slice(0, 16);

const LEAST_SHOWN = 20;

/** The beginning, by which its owner knows it; nothing of one so short that this would be a good part of it. */
export const masked = (value: string): string => (value.length < LEAST_SHOWN ? '…' : `${value.slice(0, 4)}…`);
