import { useIsFetching, useQueryClient, type Query } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from './loading.js';

/** Nobody is kept from what is there by a part that does not come. */
const patienceMs = 2_000;
const isFirst = ({ state }: Query) => state.status === 'pending';

/**
 * Parts of a page that are asked for each by itself, shown when all have their first answer: none of them pushes away
 * another one that somebody is about to press. `isKnown` when their answers are there already.
 */
export function Together({ isKnown, children }: { isKnown: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const count = useIsFetching({ predicate: isFirst });
  const [isShown, setShown] = useState(isKnown);
  useEffect(() => {
    // The parts have begun to ask by now: their effects come before this one.
    if (client.isFetching({ predicate: isFirst }) === 0) setShown(true);
  }, [client, count]);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      {!isShown && <Loading lines={10} label={t('shell.loading')} />}
      <div hidden={!isShown}>{children}</div>
    </>
  );
}
