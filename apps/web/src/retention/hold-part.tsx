import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting, MeetingHold, MeetingRetention } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { TextForm } from '../minutes/text-form.js';
import { Field, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import type { PanelForms } from './use-retention.js';

/** Stops of the deletion: who set them, and setting and ending one's own. */
export function HoldPart({ meeting, view, forms }: { meeting: Meeting; view: MeetingRetention; forms: PanelForms }) {
  const { t } = useTranslation();
  const items = meeting.outline.flatMap((entry) => (entry.closed ? [] : [{ id: entry.item.id, name: `${entry.number ?? ''} ${entry.item.title || t('item.untitled')}`.trim() }]));
  const nameOf = (id: string) => items.find((one) => one.id === id)?.name;
  return (
    <>
      {view.holds.length > 0 && (
        <ul className="unstyled-list holds no-max-width">
          {view.holds.map((hold) => (
            <HoldRow key={hold.id} hold={hold} item={hold.itemId === null ? undefined : nameOf(hold.itemId)} forms={forms} />
          ))}
        </ul>
      )}
      {view.canHold && (forms.open === 'hold' ? <HoldForm items={items} forms={forms} /> : (
        <p className="button-line">
          <button type="button" className="button button-secondary" onClick={() => forms.show('hold')}>
            <Icon name="lock" /> {t('retention.hold')}
          </button>
        </p>
      ))}
    </>
  );
}

function HoldForm({ items, forms }: { items: { id: string; name: string }[]; forms: PanelForms }) {
  const { t } = useTranslation();
  const [itemId, setItemId] = useState('');
  return (
    <TextForm
      form="hold"
      heading={t('retention.hold')}
      label={t('retention.holdReason')}
      hint={t('retention.holdHint')}
      field="reason"
      submit={t('retention.hold')}
      pending={forms.pending}
      problem={forms.problem}
      onSubmit={(reason) => forms.send({ kind: 'hold', itemId: itemId || null, reason })}
      onCancel={() => forms.show(null)}
    >
      <Field id={fieldId('hold', 'itemId')} label={t('retention.holdWhat')}>
        {(control) => (
          <select {...control} className="form-select" value={itemId} onChange={(event) => setItemId(event.target.value)}>
            <option value="">{t('retention.holdMeeting')}</option>
            {items.map(({ id, name }) => (
              <option key={id} value={id} lang="da">
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </TextForm>
  );
}

function HoldRow({ hold, item, forms }: { hold: MeetingHold; item: string | undefined; forms: PanelForms }) {
  const { t } = useTranslation();
  const isReleased = hold.releasedAt !== null;
  return (
    <li>
      <p>
        <Icon name={isReleased ? 'check' : 'lock'} /> {isReleased ? <span>{t(hold.itemId === null ? 'retention.held' : 'retention.heldItem', { authority: hold.authority.name })}</span> : <strong>{t(hold.itemId === null ? 'retention.held' : 'retention.heldItem', { authority: hold.authority.name })}</strong>}
      </p>
      {item !== undefined && <p lang="da">{item}</p>}
      <p className="quiet">{t('retention.heldBy', { person: hold.by.name, date: dayAndTime(hold.setAt) })}</p>
      {hold.reason && <blockquote lang="da">{hold.reason}</blockquote>}
      {hold.releasedAt !== null && hold.releasedBy !== null && <p className="quiet">{t('retention.released', { date: dayAndTime(hold.releasedAt), person: hold.releasedBy.name })}</p>}
      {hold.releaseReason && <blockquote lang="da">{hold.releaseReason}</blockquote>}
      {hold.canRelease &&
        (forms.open === hold.id ? (
          <TextForm
            form={`release-${hold.id}`}
            heading={t('retention.release')}
            label={t('retention.releaseReason')}
            field="reason"
            submit={t('retention.release')}
            pending={forms.pending}
            problem={forms.problem}
            onSubmit={(reason) => forms.send({ kind: 'release', holdId: hold.id, reason })}
            onCancel={() => forms.show(null)}
          />
        ) : (
          <p className="button-line">
            <button type="button" className="button button-secondary" onClick={() => forms.show(hold.id)}>
              {t('retention.release')}
            </button>
          </p>
        ))}
    </li>
  );
}
