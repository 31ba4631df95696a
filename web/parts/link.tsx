/** A link to another page of the dashboard, and one that leaves it. */
import { Anchor, type AnchorProps, Button, type ButtonProps, NavLink, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';

type Props = AnchorProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> & { ref?: Ref<HTMLAnchorElement> };

export const PageLink = createLink((props: Props) => <Anchor inherit={props.size === undefined} {...props} />);

type NavProps = NavLinkProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof NavLinkProps>;

/** One in the list of pages. */
export const NavItem = createLink((props: NavProps) => <NavLink {...props} />);

type ButtonLinkProps = ButtonProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps>;

/** One that looks like something to do. */
export const ButtonLink = createLink((props: ButtonLinkProps) => <Button component="a" {...props} />);

/** Only http and https lead anywhere: an address may come from an agent or a tracker. */
export function OutLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^https?:\/\//i.test(href)) return <>{children}</>;
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer" inherit>
      {children}
    </Anchor>
  );
}
