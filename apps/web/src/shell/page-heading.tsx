import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { useTranslation } from 'react-i18next';

interface PageHeadingProps {
  /** What the tab says; the heading shows `children`, or this. */
  title: string;
  children?: ReactNode;
  /** `da` where the heading is what people wrote, whatever language the page speaks. */
  lang?: 'da';
  /** False where the page itself puts focus further down (an item chosen within a meeting). */
  takesFocus?: boolean;
}

/** The h1 of a page: names the tab and takes focus after a navigation, as a page load would. */
export function PageHeading({ title, children, lang, takesFocus = true }: PageHeadingProps) {
  const { t } = useTranslation();
  const { key } = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  // The first page of a visit is announced by the browser itself (key `default`).
  const arrived = useRef(key !== 'default' && takesFocus);

  useEffect(() => {
    document.title = t('shell.documentTitle', { title });
  }, [title, t]);
  useEffect(() => {
    if (arrived.current) heading.current?.focus({ preventScroll: true });
  }, []);

  return (
    <h1 ref={heading} tabIndex={-1} lang={lang}>
      {children ?? title}
    </h1>
  );
}
