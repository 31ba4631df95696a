/** Markdown of people and agents: HTML is text, no picture is fetched, and links lead nowhere but to the web. */
import { Code, Typography } from '@mantine/core';
import { memo } from 'react';
import ReactMarkdown from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { OutLink } from './link.tsx';

export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  return (
    <Typography>
      <ReactMarkdown
        remarkPlugins={[remarkGfm, htmlAsText]}
        rehypePlugins={[rehypeSanitize]}
        components={{
          a: ({ href = '', children }) => <OutLink href={href}>{children}</OutLink>,
          img: ({ alt, src }) => <Code>{`picture ${alt ?? ''} (${String(src ?? '')})`}</Code>,
        }}
      >
        {text}
      </ReactMarkdown>
    </Typography>
  );
});

interface MarkdownNode {
  type: string;
  readonly children?: MarkdownNode[];
}

/** Otherwise what looks like a tag, `Array<string>` for one, would be left out without a word. */
function htmlAsText() {
  return function show(node: MarkdownNode): void {
    if (node.type === 'html') node.type = 'text';
    for (const child of node.children ?? []) show(child);
  };
}
