/** The Markdown files under prompts/, and how text that others wrote is set into them. */
import { readFileSync } from 'node:fs';

/** A prompt file's text. */
export const promptFile = (name: string): string =>
  readFileSync(new URL(`./prompts/${name}.md`, import.meta.url), 'utf8').trim();

/** Fills {{names}} in one pass, so that braces in what is set in mean nothing; empty parts leave no gap. */
export function fillPrompt(template: string, parts: Readonly<Record<string, string>>): string {
  return template
    .replaceAll(/\{\{([a-z-]+)\}\}/g, (_, name: string) => {
      const part = parts[name];
      if (part === undefined) throw new Error(`The prompt asks for {{${name}}}, which is not given`);
      return part;
    })
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * Text that somebody outside the factory wrote, between tags that say what it is. It cannot end its own block or
 * pretend to be a round's opening or a person's word.
 */
export function fenced(tag: string, text: string): string {
  const harmless = text.replaceAll(new RegExp(`<(?=/?(?:${tag}|round|word|person-answer)\\b)`, 'gi'), '‹').trim();
  return `<${tag}>\n${harmless === '' ? '(empty)' : harmless}\n</${tag}>`;
}
