import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { followUpsBesidePlans, type DocumentGuest, type DocumentItem, type MeetingDocument } from '@lib/contracts/meeting-document.js';
import { isBlank } from '@lib/contracts/rich-text.js';
import { dayAndTime, plainDate, timeSpan } from '../dates.js';
import { EmbargoBanner } from '../embargo/embargo-banner.js';
import { Icon } from '../shell/icon.js';
import { DocumentPlan } from './document-plan.js';
import { RichTextView } from './rich-text-view.js';

interface MinutesDocumentProps {
  document: MeetingDocument;
  /** What stands under the frame (null) and under each item. */
  under: (itemId: string | null) => ReactNode;
}

/** The whole minutes to be read and printed: exactly what the reader may see. */
export function MinutesDocument({ document, under }: MinutesDocumentProps) {
  const { t } = useTranslation();
  const addenda = (itemId: string | null) => document.approval?.addenda.filter((one) => one.itemId === itemId) ?? [];
  return (
    <article className="minutes-document" aria-labelledby="minutes-heading">
      <h2 id="minutes-heading" className="h3">
        {t('minutes.heading')}
      </h2>
      <section aria-labelledby="minutes-participants">
        <h3 id="minutes-participants" className="h4">
          {t('meeting.participants')}
        </h3>
        <dl className="people">
          {document.meeting.authorities.map((authority) => (
            <div key={authority.id}>
              <dt>{authority.name}</dt>
              {document.participants
                .filter((one) => one.authority.id === authority.id)
                .map((one) => (
                  <dd key={one.membershipId}>
                    {one.name} <span className="quiet">· {one.functionTitle}</span>
                    {one.standsInFor && <span className="quiet"> · {t('people.standsInFor', { name: one.standsInFor })}</span>} · {one.attendance ? t(`attendanceState.${one.attendance}`) : t('minutes.notMarked')}
                  </dd>
                ))}
            </div>
          ))}
          {document.guests && (
            <div>
              <dt>{t('guest.heading')}</dt>
              {document.guests.map((one) => (
                <dd key={one.membershipId}>
                  <Guest guest={one} />
                </dd>
              ))}
            </div>
          )}
        </dl>
        <Addenda addenda={addenda(null)} />
        {under(null)}
      </section>
      {document.items.map((entry, n) =>
        entry.closed ? (
          <section key={`closed ${n}`} className="minutes-item">
            <h3 className="h4 closed-item">
              <Icon name="lock" /> {t('agenda.closedItem', { time: timeSpan(entry.startInstant, entry.endInstant) })}
            </h3>
          </section>
        ) : (
          <ItemSection key={entry.id} item={entry}>
            <Addenda addenda={addenda(entry.id)} />
            {under(entry.id)}
          </ItemSection>
        ),
      )}
      {document.approval?.hash && (
        <p className="quiet minutes-hash">
          {t('minutes.hash')} <code>{document.approval.hash}</code>
        </p>
      )}
    </article>
  );
}

function Guest({ guest }: { guest: DocumentGuest }) {
  const { t } = useTranslation();
  return (
    <>
      {guest.name} <span className="quiet">· {guest.organisation}</span> · {t(`attendanceState.${guest.attendance}`)}
    </>
  );
}

function ItemSection({ item, children }: { item: DocumentItem; children: ReactNode }) {
  const { t } = useTranslation();
  const followUps = followUpsBesidePlans(item);
  return (
    <section className="minutes-item" aria-labelledby={`item-${item.id}`}>
      <h3 className="h4" id={`item-${item.id}`}>
        {item.number}. <span lang="da">{item.title || t('item.untitled')}</span>
      </h3>
      <p className="quiet">
        {timeSpan(item.startInstant, item.endInstant)} · {t(`outputType.${item.outputType}`)}
        {item.ledBy && ` · ${t('agenda.ledBy', { who: item.ledBy })}`}
        {item.legalBasis && ` · ${item.legalBasis.label}`}
      </p>
      <EmbargoBanner embargoes={item.embargoes} />
      {item.audience && (
        <p className="restricted">
          <Icon name="lock" /> {t('minutes.seenBy', { who: [...item.audience.authorities, ...item.audience.persons].join(', ') })}
        </p>
      )}
      {item.guests && (
        <p className="quiet">
          {t('guest.heading')}:{' '}
          {item.guests.map((one, n) => (
            <span key={one.membershipId}>
              {n > 0 && '; '}
              <Guest guest={one} />
            </span>
          ))}
        </p>
      )}
      {!isBlank(item.agenda) && (
        <div className="minutes-agenda">
          <RichTextView text={item.agenda} />
        </div>
      )}
      {isBlank(item.minutes) ? <p className="quiet">{t('minutes.nothingWritten')}</p> : <RichTextView text={item.minutes} />}
      {item.decisions.length > 0 && (
        <>
          <h4 className="h5">{t('decision.ofItem')}</h4>
          <ul className="unstyled-list records">
            {item.decisions.map((one) => (
              <li key={one.id} lang="da">
                <p>
                  <strong>{one.text}</strong> <span className="quiet">({t(`decisionState.${one.state}`)})</span>
                </p>
                <p>{one.reasons}</p>
                <p className="quiet">
                  {t('decision.decides', { authority: one.decidingAuthority.name })} · {t('decision.doneBy', { person: one.responsible.name })} · {t('decision.by', { date: plainDate(one.deadline) })}
                  {one.caseReference && ` · ${one.caseReference}`}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      {item.plans?.map((one) => <DocumentPlan key={one.plan} {...one} />)}
      {followUps.length > 0 && (
        <>
          <h4 className="h5">{t('followUp.ofItem')}</h4>
          <ul className="unstyled-list records">
            {followUps.map((one) => (
              <li key={one.id} lang="da">
                <p>
                  <strong>{one.text}</strong> <span className="quiet">({t(`followUpState.${one.state}`)})</span>
                </p>
                <p className="quiet">
                  {t('followUp.ownedBy', { person: `${one.owner.name}, ${one.owner.authority}` })} · {t('followUp.by', { date: plainDate(one.deadline) })}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      {children}
    </section>
  );
}

function Addenda({ addenda }: { addenda: NonNullable<MeetingDocument['approval']>['addenda'] }) {
  const { t } = useTranslation();
  return addenda.map((one, n) => (
    <div key={n} className="addendum">
      <h4 className="h5">{t('minutes.addendum')}</h4>
      <p className="quiet">
        {one.by}, {dayAndTime(one.at)}
      </p>
      <RichTextView text={one.text} />
    </div>
  ));
}
