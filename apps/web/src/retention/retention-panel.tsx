import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RetentionCommand } from '../api/client.js';
import { queries } from '../api/queries.js';
import type { Filing, FilingState, Meeting, MeetingDeletion, MeetingRetention } from '../api/types.js';
import { plainDate } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon, type IconName } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { deletionText } from './deletion-notice.js';
import { FilingForm } from './filing-form.js';
import { HoldPart } from './hold-part.js';
import { useRetentionCommand, type PanelForms } from './use-retention.js';
import './retention.css';

const looks: Record<FilingState, { tone: string; icon: IconName }> = {
  missing: { tone: 'badge-plain', icon: 'time' },
  filed: { tone: 'badge-success', icon: 'check' },
  outdated: { tone: 'badge-warning', icon: 'warning' },
};

/** After the approval: which authorities have filed their copy, and when the content is deleted here, or why not. */
export function RetentionPanel({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const retention = useQuery(queries.meetingRetention(meeting.id));
  return (
    <section id="sletning" className="retention-panel" aria-labelledby="retention-heading">
      <h2 id="retention-heading" className="h3">
        {t('retention.heading')}
      </h2>
      <Answer query={retention} lines={5}>
        {(view) => <Panel meeting={meeting} view={view} />}
      </Answer>
    </section>
  );
}

const said = { file: 'retention.saidFiled', retract: 'retention.saidRetracted', hold: 'retention.saidHeld', release: 'retention.saidReleased', confirm: 'retention.saidConfirmed' } as const;

function Panel({ meeting, view }: { meeting: Meeting; view: MeetingRetention }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  const [done, setDone] = useState<RetentionCommand['kind'] | null>(null);
  const command = useRetentionCommand(meeting.id, ({ kind }) => {
    setOpen(null);
    setDone(kind);
  });
  const forms: PanelForms = {
    ...command,
    open,
    show: (form) => {
      command.reset();
      setDone(null);
      setOpen(form);
    },
  };
  return (
    <>
      <h3 className="h5">{t('retention.filing')}</h3>
      <ul className="unstyled-list answers no-max-width">
        {view.filings.map((filing) => (
          <FilingRow key={filing.authority.id} filing={filing} forms={forms} />
        ))}
      </ul>
      <h3 className="h5">{t('retention.deletion')}</h3>
      <DeletionPart view={view} forms={forms} />
      <HoldPart meeting={meeting} view={view} forms={forms} />
      {forms.problem && open === null && <ProblemNotice error={forms.problem} />}
      <p role="status">{done && t(said[done])}</p>
    </>
  );
}

function FilingRow({ filing, forms }: { filing: Filing; forms: PanelForms }) {
  const { t } = useTranslation();
  const { tone, icon } = looks[filing.state];
  return (
    <li>
      <p className="answer-name" lang="da">
        {filing.authority.name}
      </p>
      <p>
        <span className={`badge ${tone}`}>
          <Icon name={icon} /> {t(`retention.state.${filing.state}`)}
        </span>
      </p>
      {filing.filedOn && filing.by && <p className="quiet">{t('retention.filedBy', { date: plainDate(filing.filedOn), person: filing.by.name })}</p>}
      {filing.reference && (
        <p className="quiet" lang="da">
          {t('retention.reference', { reference: filing.reference })}
        </p>
      )}
      {filing.isOwn && filing.state === 'outdated' && <p>{t('retention.outdated')}</p>}
      {filing.canFile &&
        (forms.open === 'file' ? (
          <FilingForm
            filing={filing}
            pending={forms.pending}
            problem={forms.problem}
            onSend={(body) => forms.send({ kind: 'file', version: filing.version, ...body })}
            onRetract={() => forms.send({ kind: 'retract', version: filing.version })}
            onCancel={() => forms.show(null)}
          />
        ) : (
          <button type="button" className={`button ${filing.state === 'filed' ? 'button-secondary' : 'button-primary'}`} onClick={() => forms.show('file')}>
            {t(filing.state === 'missing' ? 'retention.file' : 'retention.fileAgain')}
          </button>
        ))}
    </li>
  );
}

function DeletionPart({ view, forms }: { view: MeetingRetention; forms: PanelForms }) {
  const { t } = useTranslation();
  const { deletion, unfinished } = view;
  const waitsFor = (['followUps', 'decisions', 'embargoes'] as const).filter((what) => unfinished[what] > 0);
  if (deletion === null) return <p>{t('retention.noPlan')}</p>;
  return (
    <>
      <p>
        <Icon name={deletion.state === 'announced' ? 'warning' : 'time'} /> {t(deletionText(view), { date: plainDate(deletion.on) })}
      </p>
      {waitsFor.length > 0 && (
        <>
          <p>{t('retention.unfinished')}</p>
          <ul>
            {waitsFor.map((what) => (
              <li key={what}>{t(`retention.${what}`, { count: unfinished[what] })}</li>
            ))}
          </ul>
        </>
      )}
      {deletion.confirmation && <Confirmation deletion={deletion} confirmation={deletion.confirmation} forms={forms} />}
    </>
  );
}

function Confirmation({ deletion, confirmation, forms }: { deletion: MeetingDeletion; confirmation: NonNullable<MeetingDeletion['confirmation']>; forms: PanelForms }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{confirmation.isConfirmed ? t('retention.bothConfirmed') : confirmation.firstBy ? t('retention.firstBy', { person: confirmation.firstBy }) : t('retention.confirmLead')}</p>
      {deletion.canConfirm && (
        <p className="button-line">
          <button type="button" className="button button-secondary" aria-disabled={forms.pending} onClick={() => forms.send({ kind: 'confirm', on: deletion.on })}>
            {t('retention.confirm')}
          </button>
        </p>
      )}
    </>
  );
}
