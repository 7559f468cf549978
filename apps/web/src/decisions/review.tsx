import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Decision } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

const form = 'review';

/** The leader of the deciding authority answers: yes, or no with what is missing. */
export function Review({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState(false);
  const answer = useMutation({
    mutationFn: (kind: 'confirm' | 'return') =>
      kind === 'confirm' ? api.confirmDecision(decision, comment.trim()) : api.returnDecision(decision, comment.trim()),
    onSuccess: (updated) => {
      queryClient.setQueryData(queries.decision(decision.id).queryKey, updated);
      void queryClient.invalidateQueries({ queryKey: ['decisions'] });
    },
  });
  const problem = answer.error instanceof ApiProblem ? answer.error : null;

  const give = (kind: 'confirm' | 'return') => {
    if (answer.isPending) return;
    const needed = kind === 'return' && comment.trim() === '';
    setMissing(needed);
    if (needed) document.getElementById(fieldId(form, 'comment'))?.focus();
    else answer.mutate(kind);
  };

  return (
    <section className="inline-form" aria-labelledby="review-heading">
      <h2 id="review-heading" className="h4">
        {t('review.heading')}
      </h2>
      <ErrorSummary form={form} problem={problem} fields={{ comment: t('review.comment') }} />
      <Field
        id={fieldId(form, 'comment')}
        label={t('review.comment')}
        hint={decision.canReturn && t('review.commentHint')}
        error={missing ? t('review.commentMissing') : fieldErrors(problem)('comment')}
      >
        {(control) => (
          <textarea
            {...control}
            rows={3}
            className="form-input"
            value={comment}
            onChange={(event) => {
              setComment(event.target.value);
              setMissing(false);
            }}
          />
        )}
      </Field>
      <p className="button-line">
        {decision.canReview && (
          <button type="button" className="button button-primary" aria-disabled={answer.isPending} onClick={() => give('confirm')}>
            <Icon name="check" /> {t('review.confirm')}
          </button>
        )}
        {decision.canReturn && (
          <button type="button" className="button button-secondary" aria-disabled={answer.isPending} onClick={() => give('return')}>
            <Icon name="reply" /> {t('review.return')}
          </button>
        )}
      </p>
    </section>
  );
}
