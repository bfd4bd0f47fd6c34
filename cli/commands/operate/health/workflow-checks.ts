import {
  ACTIVITY_ATTEMPTS_MAX,
  type FailingWorkflow,
  type FailingWorkflows,
  failureInWords,
  TASK_ATTEMPTS_MAX,
} from '../../../../client/client';
import type { Finding, HealthCheck } from '../../../../contract/operation';
import { PROVIDER_NOT_ANSWERING } from '../../../../contract/provider-answer';
import { counted } from '../../../words';
import { quoted } from '../stuck-words';
import { listed } from './finding';

const TASK_FIX =
  'A worker’s workflows don’t fit these histories, or it can’t read them: bring back the workers that ran before, or mend what the failure says. They go on by themselves then.';
const ACTIVITY_FIX =
  'Mend what the failure says: a provider, Postgres, a setting. They go on by themselves then.';

const PROVIDER_FIX =
  'See whether the provider is up. `GET /healthz` of each worker says how many of its calls have no answer, by provider, method and kind; docs/how-to/runbook.md says what to do where they never return. All goes on by itself once the provider answers.';

/** Three checks of one look at running workflows: their tasks, their activities, and providers. */
export function checkWorkflows(found: FailingWorkflows, namespace: string): HealthCheck[] {
  const { running, looked, failing } = found;
  const scope =
    looked < running
      ? `the newest ${looked.toLocaleString('en-US')} of ${running.toLocaleString('en-US')} running workflows were looked at; --workflows looks at more`
      : `${counted(looked, 'running workflow was', 'running workflows were')} looked at`;
  const isRefused = ({ failureType }: FailingWorkflow) => failureType === PROVIDER_NOT_ANSWERING;
  const ofKind = (kind: FailingWorkflow['kind']) => (step: FailingWorkflow) =>
    step.kind === kind && !isRefused(step);
  const check = (
    name: string,
    isOwn: (step: FailingWorkflow) => boolean,
    failed: string,
    fix: string,
  ) => {
    const own = failing.filter(isOwn);
    const detail = `${own.length === 0 ? 'none' : counted(own.length, 'has', 'have')} ${failed}; ${scope}`;
    return {
      name,
      ...listed(
        detail,
        fix,
        own.map((step) => findingFor(step, namespace)),
      ),
    };
  };
  return [
    check(
      'workflow-tasks',
      ofKind('workflow-task'),
      `failed ${TASK_ATTEMPTS_MAX} times in a row or more`,
      TASK_FIX,
    ),
    check(
      'activities',
      ofKind('activity'),
      `failed ${ACTIVITY_ATTEMPTS_MAX} times or more`,
      ACTIVITY_FIX,
    ),
    check('providers', isRefused, 'waited for a provider that doesn’t answer', PROVIDER_FIX),
  ];
}

function findingFor(step: FailingWorkflow, namespace: string): Finding {
  const { workflowId, since } = step;
  return {
    where: workflowId,
    since,
    what: failureInWords(step),
    command: `temporal workflow describe --namespace ${namespace} --workflow-id ${quoted(workflowId)}`,
  };
}
