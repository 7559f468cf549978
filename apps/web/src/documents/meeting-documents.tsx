import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.js';
import type { Meeting } from '../api/types.js';
import { inOrder } from '../i18n/order.js';
import { Disclosure } from '../shell/disclosure.js';
import { Field } from '../shell/form.js';
import { FileButtons } from './file-buttons.js';

/** Agenda and minutes as files, whole or as one authority's extract, and in plain words what they will hold. */
export function MeetingDocuments({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const { acting } = useSession();
  const id = useId();
  const [authorityId, setAuthorityId] = useState('');
  const path = `/api/v1/meetings/${meeting.id}/documents`;
  const closed = meeting.outline.filter((entry) => entry.closed).length;
  // Whoever coordinates may make one for each authority at the table, others for their own.
  const authorities = [...new Map(meeting.participants.map(({ authority }) => [authority.id, authority])).values()]
    .filter((one) => meeting.canCoordinate || one.id === acting.authority.id)
    .sort((a, b) => inOrder(a.name, b.name));
  const chosen = authorities.find((one) => one.id === authorityId);
  const query: Record<string, string> = chosen === undefined ? {} : { authority: chosen.id };
  const extent = chosen !== undefined ? t('documents.extract', { authority: chosen.name }) : closed === 0 ? t('documents.whole') : t('documents.without', { count: closed });
  return (
    <div className="meeting-documents">
      <Disclosure summary={t('documents.title')}>
        {authorities.length > 0 && (
          <Field id={`${id}-for`} label={t('documents.for')}>
            {(control) => (
              <select className="form-select" {...control} value={authorityId} onChange={(event) => setAuthorityId(event.target.value)}>
                <option value="">{t('documents.forMe')}</option>
                {authorities.map((one) => (
                  <option key={one.id} value={one.id}>
                    {t('documents.forAuthority', { authority: one.name })}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <p>{extent}</p>
        <h3 className="h4">{t('documents.agenda')}</h3>
        <FileButtons key={`agenda ${authorityId}`} path={`${path}/agenda`} query={query} name={t('documents.agenda')} />
        <h3 className="h4">{t('documents.minutes')}</h3>
        <FileButtons key={`minutes ${authorityId}`} path={`${path}/minutes`} query={query} name={t('documents.minutes')} />
        <p className="quiet">{t('documents.explanation')}</p>
      </Disclosure>
    </div>
  );
}
