/** The icon of the tab, with the number of decisions that wait; a question mark while nobody knows. */

const BASE = '<rect width="32" height="32" rx="7" fill="#1c7ed6"/><path d="M6 25V13l7 4v-4l7 4V7h6v18z" fill="#fff"/>';

export function iconOf(waiting: number | undefined): string {
  if (waiting === 0) return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${BASE}</svg>`;
  const words = waiting === undefined ? '?' : waiting > 9 ? '9+' : String(waiting);
  const color = waiting === undefined ? '#868e96' : '#c92a2a';
  const badge = `<circle cx="22" cy="22" r="10" fill="${color}"/><text x="22" y="27" font-size="14" font-family="sans-serif" font-weight="700" text-anchor="middle" fill="#fff">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${BASE}${badge}</svg>`;
}

export function drawIcon(waiting: number | undefined): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (link !== null) link.href = `data:image/svg+xml,${encodeURIComponent(iconOf(waiting))}`;
}
