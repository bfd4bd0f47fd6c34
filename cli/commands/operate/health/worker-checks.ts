import type { PollingBuild, TaskQueueState } from '../../../../client/client';
import type { HealthCheck } from '../../../../contract/operation';
import { counted } from '../../../words';

/** If the oldest task has waited for longer, there are too few workers. */
const BACKLOG_AGE_MAX_SECONDS = 60;

export function checkWorkers({ taskQueue, type, pollers, builds }: TaskQueueState): HealthCheck {
  const many = `${counted(pollers, 'poller', 'pollers')} for ${type} tasks on task queue ${taskQueue}`;
  const check = {
    name: `workers-${type}-${taskQueue}`,
    detail: [many, ...builds.map(buildInWords)].join('; '),
  };
  if (pollers > 0) return { ...check, ok: true };
  const fix =
    builds.length > 0
      ? 'Make a build current that has workers (`temporal worker deployment set-current-version`); see docs/how-to/deploy.md.'
      : 'Start a worker (`npm run dev`, or `node dist/worker/main.js`) on this task queue.';
  return { ...check, ok: false, fix };
}

function buildInWords({ deployment, buildId, pollers, routing }: PollingBuild): string {
  const build = `build ${buildId ?? 'unknown'} ${deployment === null ? 'without a deployment' : `of ${deployment}`}`;
  const work = { current: 'current', ramping: 'ramping', none: 'gets no new work' }[routing];
  return `${pollers} of ${build} (${work})`;
}

export function checkBacklog(queues: TaskQueueState[]): HealthCheck {
  const waiting = queues.reduce((sum, { backlog }) => sum + backlog, 0);
  const oldestSeconds = Math.max(0, ...queues.map(({ backlogAgeSeconds }) => backlogAgeSeconds));
  const detail =
    waiting === 0
      ? 'nothing waits'
      : `about ${waiting} tasks wait, the oldest for ${oldestSeconds} s`;
  if (oldestSeconds <= BACKLOG_AGE_MAX_SECONDS) return { name: 'backlog', ok: true, detail };
  return {
    name: 'backlog',
    ok: false,
    detail,
    fix: 'Start more workers, or find out what keeps these busy.',
  };
}
