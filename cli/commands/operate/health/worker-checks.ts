import type { PollingBuild, TaskQueueState } from '../../../../client/client';
import type { HealthCheck } from '../../../../contract/operation';
import { counted } from '../../../words';

/** If the oldest task has waited for longer, there are too few workers. */
const BACKLOG_AGE_MAX_SECONDS = 60;

export function checkWorkers({ taskQueue, type, pollers, builds }: TaskQueueState): HealthCheck {
  const many = `${counted(pollers, 'poller', 'pollers')} for ${type} tasks on task queue ${taskQueue}`;
  const check = {
    name: `workers-${type}-${taskQueue}`,
    detail: pollers === 0 ? many : `${many}: ${buildsInWords(builds)}`,
  };
  if (pollers > 0) return { ...check, ok: true };
  return {
    ...check,
    ok: false,
    fix: 'Start a worker (`npm run dev`, or `node dist/worker/main.js`) on this task queue.',
  };
}

function buildsInWords(builds: PollingBuild[]): string {
  return builds.map(({ build, pollers }) => `${pollers} of build ${build}`).join(', ');
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
