/** Whether bytes were signed with a secret: HMAC-SHA256, in hexadecimal digits. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export function isSigned(body: Buffer, signature: string | undefined, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature ?? '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** What names a delivery by its signed bytes: headers could be anybody's. */
export const digestOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
