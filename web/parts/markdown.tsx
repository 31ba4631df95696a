/** Markdown of people and agents: sanitized, no picture is fetched, and links lead nowhere but to the web. */
import { Code, Typography } from '@mantine/core';
import ReactMarkdown from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { OutLink } from './link.tsx';

export function Markdown({ text }: { readonly text: string }) {
  return (
    <Typography>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
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
}
