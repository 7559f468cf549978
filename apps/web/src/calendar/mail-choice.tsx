import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { Answer } from '../shell/answer.js';
import { Choice } from '../shell/form.js';
import { ProblemNotice } from '../shell/problem-notice.js';

/** “Indkaldelser på mail”: whether I want them, and where they go; a tick is kept at once. */
export function MailChoice() {
  const { t } = useTranslation();
  const found = useQuery(queries.mailChoice());
  const choose = useMutation({
    mutationFn: api.chooseMail,
    onSuccess: (answer) => queryClient.setQueryData(queries.mailChoice().queryKey, answer),
  });
  return (
    <section aria-labelledby="mail-choice-heading">
      <h2 id="mail-choice-heading" className="h3">
        {t('mailChoice.title')}
      </h2>
      <p>{t('mailChoice.lead')}</p>
      {choose.error && <ProblemNotice error={choose.error} />}
      <Answer query={found} lines={2}>
        {({ isSetUp, address, wanted }) =>
          !isSetUp ? (
            <p>{t('mailChoice.notSetUp')}</p>
          ) : (
            <>
              <p>{address === null ? t('mailChoice.noAddress') : t('mailChoice.address', { address })}</p>
              {/* The tick answers at once; should the server refuse, the former one is shown again. */}
              <Choice id="mail-wanted" type="checkbox" checked={choose.isPending ? choose.variables.wanted : wanted} onChange={(on) => !choose.isPending && choose.mutate({ wanted: on })}>
                {t('mailChoice.wanted')}
              </Choice>
              <p className="quiet">{t('mailChoice.offHint')}</p>
            </>
          )
        }
      </Answer>
      <p role="status">{choose.isSuccess && !choose.isPending && t(choose.data.wanted ? 'mailChoice.on' : 'mailChoice.off')}</p>
    </section>
  );
}
