/** Output with colors in a terminal that only shows: nothing can be typed, nothing in the output leads anywhere. */
import '@xterm/xterm/css/xterm.css';
import { Box, useComputedColorScheme } from '@mantine/core';
import { Terminal as Xterm } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import { DARK, LIGHT } from './terminal-colors.ts';

const FONT_SIZE = 12;
/** Of a character, in parts of the font's size. */
const CHARACTER_WIDTH = 0.62;
const MOST_ROWS = 26;

export function Terminal({ text, label }: { readonly text: string; readonly label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const cols = Math.max(30, Math.min(200, Math.floor(element.clientWidth / (FONT_SIZE * CHARACTER_WIDTH)) - 2));
    const lines = text.trimEnd().split('\n');
    const needed = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / cols)), 0);
    const terminal = new Xterm({
      cols,
      rows: Math.max(1, Math.min(MOST_ROWS, needed)),
      scrollback: Math.max(1_000, needed),
      fontSize: FONT_SIZE,
      fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
      theme: scheme === 'dark' ? DARK : LIGHT,
      minimumContrastRatio: 4.5,
      disableStdin: true,
      convertEol: true,
      cursorStyle: 'bar',
      cursorInactiveStyle: 'none',
      screenReaderMode: true,
      // Addresses in the output are text.
      linkHandler: { activate: () => {} },
    });
    terminal.open(element);
    let isOpen = true;
    // What is written is parsed later, perhaps when the terminal is gone.
    terminal.write(text.trimEnd(), () => isOpen && terminal.scrollToTop());
    return () => {
      isOpen = false;
      terminal.dispose();
    };
  }, [text, scheme]);
  return <Box ref={box} role="region" aria-label={label} data-terminal />;
}
