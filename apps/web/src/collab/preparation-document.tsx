import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { currentIdentity } from '../api/session.js';
import { Loading } from '../shell/loading.js';
import { CprNotice } from './cpr-notice.js';
import { linesOf } from './lines.js';
import { useOthers } from './presence.js';
import type { SamraadProvider } from './provider.js';
import { keptTexts } from './reentry.js';
import { ReentryPanel } from './reentry-panel.js';
import { Rescue } from './rescue.js';
import { RichText, type RichTextHandle } from './rich-text.js';
import type { SaveStatus } from './save-state.js';
import { SaveStatusLine } from './save-status.js';
import { useDocument } from './use-document.js';
import './collab.css';

interface PreparationDocumentProps {
  documentId: string;
  path: string;
  canWrite: boolean;
  /** It was begun just now: writing goes on without another click. */
  takesFocus: boolean;
  /** Whether everything that stands here is stored, and something does. */
  onReady: (isReady: boolean) => void;
}

/** The preparation of one's own authority, live among its own. Loaded lazily, with everything of Yjs and Tiptap. */
export default function PreparationDocument({ documentId, path, ...rest }: PreparationDocumentProps) {
  const { t } = useTranslation();
  const { provider, status, reload } = useDocument(documentId, path);
  if (provider === null || status === 'loading' || status === 'accessLost') return <Loading lines={3} label={t('item.loadingText')} />;
  return <Words provider={provider} path={path} status={status} reload={reload} {...rest} />;
}

interface WordsProps extends Omit<PreparationDocumentProps, 'documentId'> {
  provider: SamraadProvider;
  status: SaveStatus;
  reload: () => void;
}

/** Refusals that have words of their own. */
const refusals = ['document-frozen', 'too-large', 'cpr-number'] as const;

function Words({ provider, path, status, reload, canWrite, takesFocus, onReady }: WordsProps) {
  const { t } = useTranslation();
  const others = useOthers(provider);
  const held = useSyncExternalStore(provider.subscribe, provider.held);
  const words = useRef<RichTextHandle>(null);
  const mustReload = status === 'refused' || status === 'restored' || status === 'closed';
  const rescue = mustReload || status === 'stopped' || status === 'signedOut';
  const editable = useSyncExternalStore(provider.subscribe, provider.mayType) && canWrite;
  const load = () => {
    // What the restored store does not have is offered beside what it has.
    if (status === 'restored') keptTexts.keep(provider.documentId, path, linesOf(provider.doc), currentIdentity());
    reload();
  };
  const wholeText = () => {
    const kept = keptTexts.missingIn(provider);
    return [words.current?.text() ?? '', ...(kept.length === 0 ? [] : [`${t('reentry.heading')}\n${kept.join('\n')}`])].join('\n\n');
  };
  const isSaved = status === 'saved' && held.length === 0;

  useEffect(() => {
    if (takesFocus) words.current?.focus();
  }, [takesFocus]);
  useEffect(() => onReady(isSaved), [isSaved, onReady]);

  return (
    <>
      <div className="document-line">
        <SaveStatusLine provider={provider} status={status} />
        <p className="others">{others.length > 0 && t('item.others', { people: others.map(({ name, authority }) => (authority ? `${name}, ${authority}` : name)).join('; ') })}</p>
      </div>
      {held.length > 0 && <CprNotice provider={provider} numbers={held} onDone={() => words.current?.focus()} />}
      {rescue && (
        <Rescue
          explanation={t(`rescue.${status}`, { reason: t(`refusal.${refusals.find((one) => one === provider.refusal) ?? 'other'}`) })}
          text={wholeText()}
          onReload={mustReload ? load : undefined}
        />
      )}
      {!rescue && <ReentryPanel provider={provider} editable={editable} append={(_field, lines) => words.current?.append(lines)} />}
      <RichText provider={provider} field="agenda" label={t('preparation.text')} placeholder={t('preparation.placeholder')} editable={editable} handle={words} />
    </>
  );
}
