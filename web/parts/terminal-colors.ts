/** The colors of a terminal on the two backgrounds of the pages. */

export const DARK = { background: '#141414', foreground: '#c9c9c9', cursor: '#141414', selectionBackground: '#3b5b7d' };

export const LIGHT = {
  background: '#f1f3f5',
  foreground: '#000000',
  cursor: '#f1f3f5',
  selectionBackground: '#a5d8ff',
  yellow: '#8a6d00',
  brightYellow: '#8a6d00',
  white: '#555555',
  brightWhite: '#333333',
};
