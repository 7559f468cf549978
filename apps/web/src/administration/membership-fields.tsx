import { memberFunctions, memberRoles } from '@lib/contracts/enums.js';
import { useTranslation } from 'react-i18next';
import type { NewMembership } from '../api/types.js';
import { Choice, Field, Fieldset, fieldId } from '../shell/form.js';

export type MembershipDraft = Omit<NewMembership, 'role'> & { role: NewMembership['role'] | '' };
export const emptyMembership: MembershipDraft = { role: '', functions: [], functionTitle: '', unitTitle: '', from: null, until: null };

interface MembershipFieldsProps {
  form: string;
  /** Where the fields stand in the request, for its errors. */
  prefix?: string;
  draft: MembershipDraft;
  onChange: (draft: MembershipDraft) => void;
  errorOf: (field: string) => string | undefined;
  /** What may not change any more is not shown. */
  fixed?: boolean;
  mayHaveNone?: boolean;
}

/** Role, function, unit and days of a membership. */
export function MembershipFields({ form, prefix = '', draft, onChange, errorOf, fixed = false, mayHaveNone = false }: MembershipFieldsProps) {
  const { t } = useTranslation();
  const id = (name: string) => fieldId(form, prefix + name);
  const change = (part: Partial<MembershipDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      {!fixed && (
        <Field id={id('role')} label={t('administration.role')} error={errorOf(`${prefix}role`)}>
          {(control) => (
            <select {...control} className="form-select" value={draft.role} onChange={(event) => change({ role: event.target.value as NewMembership['role'] | '' })}>
              <option value="">{t(mayHaveNone ? 'administration.noRoleYet' : 'form.choose')}</option>
              {memberRoles.map((role) => (
                <option key={role} value={role}>
                  {t(`role.${role}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {(fixed || draft.role !== '') && (
        <>
          <Field id={id('functionTitle')} label={t('administration.functionTitle')} hint={t('administration.functionTitleHint')} optional error={errorOf(`${prefix}functionTitle`)}>
            {(control) => <input {...control} className="form-input" maxLength={100} value={draft.functionTitle} onChange={(event) => change({ functionTitle: event.target.value })} />}
          </Field>
          <Field id={id('unitTitle')} label={t('administration.unitTitle')} optional error={errorOf(`${prefix}unitTitle`)}>
            {(control) => <input {...control} className="form-input" maxLength={100} value={draft.unitTitle} onChange={(event) => change({ unitTitle: event.target.value })} />}
          </Field>
          <Fieldset id={id('functions')} legend={t('administration.functions')}>
            {memberFunctions.map((one) => (
              <Choice
                key={one}
                id={id(`functions-${one}`)}
                type="checkbox"
                checked={draft.functions.includes(one)}
                onChange={(checked) => change({ functions: memberFunctions.filter((known) => (known === one ? checked : draft.functions.includes(known))) })}
              >
                {t(`memberFunction.${one}`)}
              </Choice>
            ))}
          </Fieldset>
          {!fixed && (
            <div className="field-row">
              <Field id={id('from')} label={t('administration.from')} hint={t('administration.fromHint')} optional error={errorOf(`${prefix}from`)}>
                {(control) => <input {...control} type="date" className="form-input" value={draft.from ?? ''} onChange={(event) => change({ from: event.target.value || null })} />}
              </Field>
              <Field id={id('until')} label={t('administration.until')} hint={t('administration.untilHint')} optional error={errorOf(`${prefix}until`) ?? errorOf(`${prefix}validTo`)}>
                {(control) => <input {...control} type="date" className="form-input" value={draft.until ?? ''} onChange={(event) => change({ until: event.target.value || null })} />}
              </Field>
            </div>
          )}
        </>
      )}
    </>
  );
}
