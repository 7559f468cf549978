import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useParams } from 'react-router';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, OpenEntry } from '../api/types.js';
import type { ItemDocumentHandle } from '../collab/item-document.js';
import { DecisionForm } from '../decisions/decision-form.js';
import { ItemDecisions } from '../decisions/item-decisions.js';
import { timeSpan } from '../dates.js';
import { Disclosure } from '../shell/disclosure.js';
import { Icon } from '../shell/icon.js';
import { Loading } from '../shell/loading.js';
import { MeetingPeople } from '../people/meeting-people.js';
import { AudiencePanel } from './audience-panel.js';
import { useMeeting } from './meeting-page.js';
import { Outline } from './outline.js';

// Yjs and Tiptap come only with an open item.
const ItemDocument = lazy(() => import('../collab/item-document.js'));

export function ItemPane() {
  const { t } = useTranslation();
  const { itemId = '' } = useParams();
  const meeting = useMeeting();
  const [lost, setLost] = useState<string | null>(null);
  const entry = meeting.outline.find((candidate): candidate is OpenEntry => !candidate.closed && candidate.item.id === itemId);
  const onLost = useCallback(() => {
    setLost(itemId);
    // What was fetched of the item may not stay either.
    queryClient.removeQueries({ queryKey: ['item', itemId] });
    void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey });
  }, [itemId, meeting.id]);
  const gone = lost === itemId || !entry;
  // Once the outline itself says that the item is closed, it alone decides: access may be given back.
  useEffect(() => {
    if (!entry) setLost(null);
  }, [entry]);

  return (
    <div className="meeting-columns">
      <div className="meeting-left">
        {/* Folds up again on a narrow page when an item has been chosen. */}
        <Disclosure key={itemId} summary={t('agenda.heading')} wideOpen>
          <Outline meeting={meeting} />
        </Disclosure>
      </div>
      {gone ? (
        <div className="meeting-middle">
          <div className="alert alert-info" role="alert">
            <p className="alert-heading">
              <Icon name="lock" /> {t('item.lostTitle')}
            </p>
            <p className="alert-text">{t('item.lost')}</p>
          </div>
        </div>
      ) : (
        <OpenItem key={itemId} meeting={meeting} entry={entry} onLost={onLost} />
      )}
    </div>
  );
}

interface OpenItemProps {
  meeting: Meeting;
  entry: OpenEntry;
  onLost: () => void;
}

function OpenItem({ meeting, entry, onLost }: OpenItemProps) {
  const { t } = useTranslation();
  const { item } = entry;
  const { pathname, key } = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  const document_ = useRef<ItemDocumentHandle>(null);
  const [draft, setDraft] = useState<'none' | 'open' | 'left'>('none');
  const [saved, setSaved] = useState(false);
  const openDecision = useCallback(() => {
    setSaved(false);
    setDraft('open');
  }, []);
  const backToMinutes = (left: 'none' | 'left') => {
    setDraft(left);
    document_.current?.focusMinutes();
  };

  useEffect(() => {
    if (key !== 'default') heading.current?.focus();
    // Only on arrival: the location key of a later navigation belongs to another item.
  }, []);

  return (
    <>
      <div className="meeting-middle">
        <h2 ref={heading} tabIndex={-1} className="item-heading">
          {t('item.number', { number: entry.number })}
          <span className="sr-only">: {item.title || t('item.untitled')}</span>
          <span className="quiet">
            {' '}
            {timeSpan(entry.startInstant, entry.endInstant)} · {t(`outputType.${item.outputType}`)}
            {item.ledBy && ` · ${t('agenda.ledBy', { who: item.ledBy })}`}
          </span>
        </h2>
        <Suspense fallback={<Loading lines={8} label={t('item.loadingText')} />}>
          <ItemDocument documentId={item.documentId} path={pathname} canWrite={item.canWrite} onDecision={openDecision} onLost={onLost} handle={document_} />
        </Suspense>
        {item.canWrite && draft !== 'none' && (
          <DecisionForm
            meetingId={meeting.id}
            itemId={item.id}
            hidden={draft === 'left'}
            onLeave={() => backToMinutes('left')}
            onDone={(isSaved) => {
              setSaved(isSaved);
              backToMinutes('none');
            }}
          />
        )}
        <p className="sr-only" role="status">
          {saved && t('decision.saved')}
        </p>
        {item.canWrite && draft !== 'open' && (
          <p>
            <button type="button" className="button button-secondary" onClick={openDecision} aria-keyshortcuts="Control+Alt+B">
              <Icon name="plus" /> {t(draft === 'left' ? 'decision.resume' : 'decision.new')} <kbd className="button-keys">{t('decision.newKeys')}</kbd>
            </button>
          </p>
        )}
      </div>
      <div className="meeting-right">
        <Disclosure summary={t('audience.heading')} wideOpen narrowOpen>
          <AudiencePanel meeting={meeting} item={item} />
        </Disclosure>
        <Disclosure summary={t('decision.ofItem')} wideOpen narrowOpen>
          <ItemDecisions itemId={item.id} />
        </Disclosure>
        <Disclosure summary={t('meeting.participants')} wideOpen>
          <MeetingPeople meeting={meeting} />
        </Disclosure>
      </div>
    </>
  );
}
