import { useId, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Icon } from './icon.js';

const wide = window.matchMedia('(min-width: 992px)');
const subscribe = (listener: () => void) => {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
};

interface DisclosureProps {
  summary: string;
  /** On a wide page it is a plain section, always open. */
  wideOpen?: boolean;
  /** Open from the start on a narrow page too. */
  narrowOpen?: boolean;
  /** What is inside is fetched when it is asked for: a look that is put on record must have been meant. */
  mountsWhenOpened?: boolean;
  children: ReactNode;
}

/** A part of the page that folds away where there is little room. */
export function Disclosure({ summary, wideOpen = false, narrowOpen = false, mountsWhenOpened = false, children }: DisclosureProps) {
  const id = useId();
  const isWide = useSyncExternalStore(subscribe, () => wide.matches);
  const [open, setOpen] = useState(narrowOpen);
  const [wasOpened, setWasOpened] = useState(false);
  const fixed = isWide && wideOpen;
  const shown = fixed || open;
  return (
    <section className="disclosure" aria-labelledby={id}>
      <h2 id={id} className="disclosure-heading">
        {fixed ? (
          summary
        ) : (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => {
              setOpen(!open);
              setWasOpened(true);
            }}
          >
            <Icon name={open ? 'minus' : 'plus'} /> {summary}
          </button>
        )}
      </h2>
      {/* Hidden rather than removed: a form that was begun inside keeps what was typed. */}
      <div hidden={!shown}>{(!mountsWhenOpened || wasOpened) && children}</div>
    </section>
  );
}
