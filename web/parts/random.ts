/** Six random hexadecimal digits. `crypto.randomUUID` is not there on a page that came without TLS from another machine. */
export const randomText = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, '0')).join('');
