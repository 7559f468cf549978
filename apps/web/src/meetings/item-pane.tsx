import { usePrefetchQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useParams } from 'react-router';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, OpenEntry } from '../api/types.js';
import { DocumentLoading } from '../collab/document-loading.js';
import type { ItemDocumentHandle } from '../collab/item-document.js';
import { DecisionForm } from '../decisions/decision-form.js';
import type { RecordCommand } from '../collab/record-cards.js';
import { FollowUpForm } from '../follow-ups/follow-up-form.js';
import { ItemFollowUps } from '../follow-ups/follow-up-list.js';
import { ItemDecisions } from '../decisions/item-decisions.js';
import { timeSpan } from '../dates.js';
import { EmbargoBanner } from '../embargo/embargo-banner.js';
import { ItemEmbargoes } from '../embargo/item-embargoes.js';
import { Disclosure } from '../shell/disclosure.js';
import { Icon } from '../shell/icon.js';
import { ItemPreparation } from '../preparation/item-preparation.js';
import { ItemPlans } from '../plans/item-plans.js';
import { MeetingPeople } from '../people/meeting-people.js';
import { ItemDisclosures } from './item-disclosures.js';
import { ItemStateText } from './agenda-entry.js';
import { AudiencePanel } from './audience-panel.js';
import { FramePanel } from './frame-panel.js';
import { ItemStateCommands } from './item-state.js';
import { useMeeting } from './meeting-page.js';
import { Outline } from './outline.js';
import { RecordsOfItem } from './records-of-item.js';

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
  const withdrawn = meeting.withdrawn.some((item) => item.id === itemId);
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
              <Icon name="lock" /> {t(withdrawn ? 'item.withdrawnTitle' : 'item.lostTitle')}
            </p>
            <p className="alert-text">{t(withdrawn ? 'item.withdrawn' : 'item.lost')}</p>
          </div>
        </div>
      ) : (
        <OpenItem key={itemId} meeting={meeting} entry={entry} onLost={onLost} />
      )}
    </div>
  );
}

/** Whether a form is away, on the screen, or put aside with what was typed in it. */
type Draft = 'none' | 'open' | 'left';

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
  // Stands between the fields, which come later: there by then, it does not push away one in which somebody writes.
  usePrefetchQuery(queries.itemPreparations(item.id));
  const document_ = useRef<ItemDocumentHandle>(null);
  const [drafts, setDrafts] = useState<Record<RecordCommand, Draft>>({ decision: 'none', followUp: 'none' });
  const [saved, setSaved] = useState<RecordCommand | null>(null);
  // One form at a time; the other one keeps what was typed in it.
  const openForm = useCallback((command: RecordCommand) => {
    setSaved(null);
    setDrafts((before) => {
      const aside = (draft: Draft) => (draft === 'open' ? 'left' : draft);
      return { decision: aside(before.decision), followUp: aside(before.followUp), [command]: 'open' };
    });
  }, []);
  const backToMinutes = (command: RecordCommand, left: 'none' | 'left') => {
    setDrafts((before) => ({ ...before, [command]: left }));
    document_.current?.focusMinutes();
  };
  const formProps = (command: RecordCommand) => ({
    meetingId: meeting.id,
    itemId: item.id,
    hidden: drafts[command] === 'left',
    onLeave: () => backToMinutes(command, 'left'),
    onDone: (savedId: string | null) => {
      setSaved(savedId === null ? null : command);
      if (savedId !== null) document_.current?.insertRecord(command, savedId);
      backToMinutes(command, 'none');
    },
  });

  useEffect(() => {
    if (key !== 'default') heading.current?.focus();
    // Only on arrival: the location key of a later navigation belongs to another item.
  }, []);

  return (
    <>
      <div className="meeting-middle">
        <h2 ref={heading} tabIndex={-1} className="item-heading">
          {entry.number ? t('item.number', { number: entry.number }) : t('item.noNumber')}
          <span className="sr-only">: {item.title ? <span lang="da">{item.title}</span> : t('item.untitled')}</span>
          <span className="quiet">
            {' '}
            {timeSpan(entry.startInstant, entry.endInstant)} · {t(`outputType.${item.outputType}`)}
            {item.ledBy && ` · ${t('agenda.ledBy', { who: item.ledBy })}`}
          </span>
        </h2>
        <EmbargoBanner embargoes={item.embargoes} />
        <ItemStateText item={item} />
        <Suspense fallback={<DocumentLoading />}>
          <RecordsOfItem itemId={item.id}>
            <ItemDocument documentId={item.documentId} path={pathname} canWrite={item.canWrite} onRecord={openForm} onLost={onLost} handle={document_}>
              <ItemPreparation item={item} path={pathname} isOver={meeting.agendaState === 'closed'} />
            </ItemDocument>
          </RecordsOfItem>
        </Suspense>
        {item.canWrite && drafts.decision !== 'none' && <DecisionForm {...formProps('decision')} />}
        {item.canWrite && drafts.followUp !== 'none' && <FollowUpForm {...formProps('followUp')} />}
        <p className="sr-only" role="status">
          {saved && t(`${saved}.saved`)}
        </p>
        {item.canWrite && (
          <p className="button-line">
            {(['decision', 'followUp'] as const).map(
              (command) =>
                drafts[command] !== 'open' && (
                  <button key={command} type="button" className="button button-secondary" onClick={() => openForm(command)} aria-keyshortcuts={t(`${command}.newKeys`).replace('Ctrl', 'Control')}>
                    <Icon name="plus" /> {t(drafts[command] === 'left' ? `${command}.resume` : `${command}.new`)} <kbd className="button-keys">{t(`${command}.newKeys`)}</kbd>
                  </button>
                ),
            )}
          </p>
        )}
        <ItemPlans itemId={item.id} />
        <ItemStateCommands meeting={meeting} item={item} />
      </div>
      <div className="meeting-right">
        <Disclosure summary={t('audience.heading')} wideOpen narrowOpen>
          <AudiencePanel meeting={meeting} item={item} />
        </Disclosure>
        <Disclosure summary={t('decision.ofItem')} wideOpen narrowOpen>
          <ItemDecisions itemId={item.id} />
        </Disclosure>
        <Disclosure summary={t('followUp.ofItem')} wideOpen narrowOpen>
          <ItemFollowUps itemId={item.id} />
        </Disclosure>
        <Disclosure summary={t('frame.heading')} wideOpen>
          <FramePanel meeting={meeting} item={item} />
        </Disclosure>
        <Disclosure summary={t('embargo.heading')} wideOpen>
          <ItemEmbargoes itemId={item.id} meetingId={meeting.id} />
        </Disclosure>
        {meeting.canCoordinate && (
          <Disclosure summary={t('disclosed.heading')} mountsWhenOpened>
            <ItemDisclosures itemId={item.id} />
          </Disclosure>
        )}
        <Disclosure summary={t('meeting.participants')} wideOpen>
          <MeetingPeople meeting={meeting} invites={false} />
        </Disclosure>
      </div>
    </>
  );
}
