import { useEffect, useImperativeHandle, useRef, useSyncExternalStore, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { currentIdentity } from '../api/session.js';
import { CprNotice } from './cpr-notice.js';
import { DocumentLoading } from './document-loading.js';
import type { RecordCommand } from './record-cards.js';
import type { DocumentField } from './outbox.js';
import { useOthers } from './presence.js';
import type { SamraadProvider } from './provider.js';
import { linesOf } from './lines.js';
import { keptTexts } from './reentry.js';
import { ReentryPanel } from './reentry-panel.js';
import { Rescue } from './rescue.js';
import { RichText, type RichTextHandle } from './rich-text.js';
import type { SaveStatus } from './save-state.js';
import { SaveStatusLine } from './save-status.js';
import { TitleField } from './title-field.js';
import { useDocument } from './use-document.js';
import './collab.css';

export interface ItemDocumentHandle {
  focusMinutes: () => void;
  /** Shows in the minutes what has just been recorded. */
  insertRecord: (command: RecordCommand, id: string) => void;
}

interface ItemDocumentProps {
  documentId: string;
  path: string;
  canWrite: boolean;
  /** Absent where nothing is recorded. */
  onRecord?: (command: RecordCommand) => void;
  /** Access was taken away, or the item does not exist (any more). */
  onLost: () => void;
  handle?: Ref<ItemDocumentHandle>;
  /** Of the ids, where several stand on one page. */
  prefix?: string;
  /** Stands between agenda text and minutes. */
  children?: ReactNode;
}

/** Refusals that have words of their own. */
const refusals = ['document-frozen', 'too-large', 'cpr-number'] as const;

/** The words of one item: title, agenda text and minutes, live. Loaded lazily, with everything of Yjs and Tiptap. */
export default function ItemDocument({ documentId, path, canWrite, onRecord, onLost, handle, prefix = 'item', children }: ItemDocumentProps) {
  const { provider, status, reload } = useDocument(documentId, path);
  const shown = provider !== null && status !== 'loading' && status !== 'accessLost';

  useEffect(() => {
    if (status === 'accessLost') onLost();
  }, [status, onLost]);

  if (!shown) return <DocumentLoading />;
  return (
    <Fields provider={provider} path={path} status={status} reload={reload} canWrite={canWrite} onRecord={onRecord} handle={handle} prefix={prefix}>
      {children}
    </Fields>
  );
}

interface FieldsProps {
  provider: SamraadProvider;
  path: string;
  status: SaveStatus;
  reload: () => void;
  canWrite: boolean;
  onRecord: ((command: RecordCommand) => void) | undefined;
  handle: Ref<ItemDocumentHandle> | undefined;
  prefix: string;
  children: ReactNode;
}

function Fields({ provider, path, status, reload, canWrite, onRecord, handle, prefix, children }: FieldsProps) {
  const { t } = useTranslation();
  const others = useOthers(provider);
  const held = useSyncExternalStore(provider.subscribe, provider.held);
  const agenda = useRef<RichTextHandle>(null);
  const minutes = useRef<RichTextHandle>(null);
  useImperativeHandle(handle, () => ({ focusMinutes: () => minutes.current?.focus(), insertRecord: (command, id) => minutes.current?.insertRecord(command, id) }));
  const editable = useSyncExternalStore(provider.subscribe, provider.mayType) && canWrite;

  const focusField = (field: DocumentField) => {
    if (field === 'title') document.getElementById(`${prefix}-title`)?.focus();
    else (field === 'agenda' ? agenda : minutes).current?.focus();
  };
  const wholeText = () => {
    const kept = keptTexts.missingIn(provider);
    return [
      provider.doc.getText('title').toString(),
      `${t('item.agenda')}\n${agenda.current?.text() ?? ''}`,
      `${t('item.minutes')}\n${minutes.current?.text() ?? ''}`,
      ...(kept.length === 0 ? [] : [`${t('reentry.heading')}\n${kept.join('\n')}`]),
    ].join('\n\n');
  };
  const mustReload = status === 'refused' || status === 'restored' || status === 'closed';
  const load = () => {
    // What the restored store does not have is offered beside what it has.
    if (status === 'restored') keptTexts.keep(provider.documentId, path, linesOf(provider.doc), currentIdentity());
    reload();
  };
  const rescue = mustReload || status === 'stopped' || status === 'signedOut';

  return (
    <div className="item-document">
      <TitleField provider={provider} editable={editable} id={`${prefix}-title`} />
      <div className="document-line">
        {canWrite ? <SaveStatusLine provider={provider} status={status} /> : <p className="save-status">{t('item.readOnly')}</p>}
        <p className="others">
          {others.length > 0 && t('item.others', { people: others.map(({ name, authority }) => (authority ? `${name}, ${authority}` : name)).join('; ') })}
        </p>
      </div>
      {held.length > 0 && <CprNotice provider={provider} numbers={held} onDone={focusField} />}
      {rescue && (
        <Rescue
          explanation={t(`rescue.${status}`, { reason: t(`refusal.${refusals.find((one) => one === provider.refusal) ?? 'other'}`) })}
          text={wholeText()}
          onReload={mustReload ? load : undefined}
        />
      )}
      {!rescue && (
        <ReentryPanel provider={provider} editable={editable} append={(field, lines) => (field === 'agenda' ? agenda : minutes).current?.append(lines)} />
      )}
      <section className="document-field" aria-labelledby={`${prefix}-agenda-heading`}>
        <h3 id={`${prefix}-agenda-heading`}>{t('item.agenda')}</h3>
        <RichText
          provider={provider}
          field="agenda"
          label={t('item.agenda')}
          placeholder={t('item.agendaPlaceholder')}
          editable={editable}
          handle={agenda}
        />
      </section>
      {children}
      <section className="document-field" aria-labelledby={`${prefix}-minutes-heading`}>
        <h3 id={`${prefix}-minutes-heading`}>{t('item.minutes')}</h3>
        <RichText
          provider={provider}
          field="minutes"
          label={t('item.minutes')}
          placeholder={t('item.minutesPlaceholder')}
          editable={editable}
          {...(onRecord === undefined ? {} : { onRecord })}
          handle={minutes}
        />
      </section>
    </div>
  );
}
