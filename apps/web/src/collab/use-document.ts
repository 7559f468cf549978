import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { acquire, discard, release } from './open-documents.js';
import type { SamraadProvider } from './provider.js';
import type { SaveStatus } from './save-state.js';

const nothing = () => () => {};

/** @param path of the page that shows the document, for the note about unsaved text elsewhere */
export function useDocument(documentId: string, path: string): { provider: SamraadProvider | null; status: SaveStatus; reload: () => void } {
  const [generation, setGeneration] = useState(0);
  const [provider, setProvider] = useState<SamraadProvider | null>(null);
  useEffect(() => {
    setProvider(acquire(documentId, path));
    return () => {
      setProvider(null);
      release(documentId);
    };
  }, [documentId, path, generation]);
  const status = useSyncExternalStore(provider?.subscribe ?? nothing, provider?.status ?? (() => 'loading' as const));
  const reload = useCallback(() => {
    discard(documentId);
    setGeneration((before) => before + 1);
  }, [documentId]);
  return { provider, status, reload };
}
