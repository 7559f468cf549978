import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { chosenNotificationKinds } from '@lib/contracts/enums.js';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { Answer } from '../shell/answer.js';
import { Disclosure } from '../shell/disclosure.js';
import { Choice, Fieldset } from '../shell/form.js';
import { ProblemNotice } from '../shell/problem-notice.js';

/** Which kinds I want; a tick is kept at once. */
export function NotificationChoices() {
  const { t } = useTranslation();
  const choices = useQuery(queries.notificationChoices());
  const choose = useMutation({
    mutationFn: api.chooseNotifications,
    onSuccess: (answer) => queryClient.setQueryData(queries.notificationChoices().queryKey, answer),
  });
  return (
    <div className="notification-choices">
      <Disclosure summary={t('notifications.choices')}>
        {choose.error && <ProblemNotice error={choose.error} />}
        <Answer query={choices} lines={6}>
          {(stored) => {
            // The tick answers at once; should the server refuse, the former one is shown again.
            const muted = choose.isPending ? choose.variables.muted : stored.muted;
            return (
              <Fieldset id="notification-kinds" legend={t('notifications.choicesLegend')} hint={t('notifications.choicesHint')}>
                {chosenNotificationKinds.map((kind) => (
                  <Choice
                    key={kind}
                    id={`notify-${kind}`}
                    type="checkbox"
                    checked={!muted.includes(kind)}
                    onChange={(on) => !choose.isPending && choose.mutate({ muted: on ? muted.filter((one) => one !== kind) : [...muted, kind] })}
                  >
                    {t(`notifications.kind.${kind}`)}
                  </Choice>
                ))}
                <p role="status">{choose.isSuccess && t('notifications.choicesSaved')}</p>
              </Fieldset>
            );
          }}
        </Answer>
      </Disclosure>
    </div>
  );
}
