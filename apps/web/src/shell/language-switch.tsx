import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { languages, type Language } from '@lib/contracts/language.js';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { chosenLanguage } from '../api/session.js';
import { speak } from '../i18n/i18n.js';
import { currentLanguage } from '../i18n/language.js';

// Each in its own language, whichever is on the screen.
const names: Readonly<Record<Language, string>> = { da: 'Dansk', en: 'English' };

/** “Dansk / English”. Signed in, the choice is kept with the person; before that it is kept at her sign-in. */
export function LanguageSwitch({ signedIn = false }: { signedIn?: boolean }) {
  const { t, i18n } = useTranslation();
  const keep = useMutation({
    mutationFn: api.chooseLanguage,
    // One after the other: the last press is the one that holds.
    scope: { id: 'language' },
    onSuccess: (session) => {
      if (session.language === currentLanguage()) queryClient.setQueryData(queries.session().queryKey, session);
    },
  });
  const choose = (language: Language) => {
    speak(language);
    if (signedIn) keep.mutate(language);
    else chosenLanguage.set(language);
  };
  return (
    <>
      <span className="language-switch" role="group" aria-label={t('shell.language')}>
        {languages.map((language) => (
          <button key={language} type="button" lang={language} className="link-button" aria-pressed={i18n.language === language} onClick={() => choose(language)}>
            {names[language]}
          </button>
        ))}
      </span>
      {keep.error && (
        <span role="alert" className="quiet">
          {t('shell.languageNotSaved')}
        </span>
      )}
    </>
  );
}
