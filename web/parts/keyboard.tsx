/** The keys of all pages, and the help that lists them. */
import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { askForComment } from './comment-steps.ts';
import { KEYS, type KeyName, keyOf, stepTo } from './keys.ts';
import { goTo } from './question.tsx';
import { openSearch } from './search.tsx';

interface Props {
  readonly isHelpOpen: boolean;
  readonly onHelp: (isOpen: boolean) => void;
}

export function Keyboard({ isHelpOpen, onHelp }: Props) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape') return leaveWords(event);
      const key = keyOf(event, isElsewhere(event.target));
      if (key === undefined) return;
      event.preventDefault();
      if (key === '?') onHelp(true);
      else ACTIONS[key]();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [onHelp]);
  return (
    <Modal opened={isHelpOpen} onClose={() => onHelp(false)} title="Keys">
      <Stack gap="xs">
        {KEYS.map(({ key, words }) => (
          <Group key={key} gap="sm" wrap="nowrap">
            <Kbd miw={28} ta="center">
              {key}
            </Kbd>
            <Text size="sm">{words}</Text>
          </Group>
        ))}
        <Text size="sm" c="dimmed">
          None of them counts while you type; Escape leads from the words back to the question.
        </Text>
      </Stack>
    </Modal>
  );
}

const FIELDS = 'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"]';

const isElsewhere = (target: EventTarget | null): boolean =>
  (target instanceof Element && target.closest(FIELDS) !== null) || document.querySelector('[role="dialog"]') !== null;

/** The questions of the page as they stand in it: each acts by its own buttons, with all that they ask before. */
const questions = () => elements('[data-request]');
const elements = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const currentOf = (all: readonly HTMLElement[]) => all.findIndex((one) => one.contains(document.activeElement));

function go(step: 1 | -1, all = questions()): void {
  goTo(all[stepTo(currentOf(all), all.length, step)]);
}

/** A diff has more comments than stand in it at once. */
function goToComment(step: 1 | -1): void {
  if (!askForComment(step)) go(step, elements('[data-comment]'));
}

/** Acts on the question that one is at. Who is at none is led to the first, and nothing else happens. */
function within(selector: string, act: (found: HTMLElement) => void): void {
  const all = questions();
  const at = all[currentOf(all)];
  if (at === undefined) {
    go(1);
    return;
  }
  const found = at.querySelector<HTMLElement>(selector);
  if (found !== null) act(found);
}

const ACTIONS: Readonly<Record<Exclude<KeyName, '?'>, () => void>> = {
  j: () => go(1),
  k: () => go(-1),
  a: () => within('[data-option="approve"]', (button) => button.click()),
  r: () => within('textarea', (words) => words.focus()),
  d: () => within('[data-diff]', (link) => link.click()),
  n: () => goToComment(1),
  p: () => goToComment(-1),
  '/': openSearch,
};

function leaveWords({ target }: KeyboardEvent): void {
  if (target instanceof HTMLTextAreaElement) target.closest<HTMLElement>('[data-request]')?.focus();
}
