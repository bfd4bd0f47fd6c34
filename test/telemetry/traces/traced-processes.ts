import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { variablesOf } from '../../cli/command-line';
import { builtFile } from '../../setup/built-file';
import { eventually } from '../../support/eventually';
import { AUDIENCE, ISSUER, SECRET } from '../../web/harness';
import type { Holdfast } from '../../workflows/harness';
import { startWorkerProcess } from '../../workflows/worker-process';
import type { Collector } from './collector';

/** Worker and web in processes of their own, which send their spans to a collector. */
export interface TracedProcesses {
  /** The web process's. */
  url: string;
  /** Ends both, so that all their spans are sent. Returns what the worker has written. */
  stop(): Promise<string>;
}

export async function startTracedProcesses(
  stack: Holdfast,
  collector: Collector,
): Promise<TracedProcesses> {
  const traced = { HOLDFAST_TRACES_URL: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
  const worker = await startWorkerProcess(stack, { ...traced, HOLDFAST_LOG_LEVEL: 'info' });
  const web = startWebProcess(stack, { ...traced, HOLDFAST_WEB_CORS_ORIGINS: collector.origin });
  const stop = async () => {
    await Promise.all([worker.terminate(), web.stop()]);
    return worker.written();
  };
  try {
    return { url: await web.url(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startWebProcess(stack: Holdfast, settings: Record<string, string>) {
  const child = spawn(process.execPath, [builtFile('web/main.js')], {
    cwd: tmpdir(),
    env: {
      PATH: process.env.PATH,
      ...variablesOf(stack),
      ...{ DATABASE_URL: stack.database.webUrl, HOLDFAST_MIGRATION_DATABASE_URL: '' },
      ...{ HOLDFAST_WEB_PORT: '0', HOLDFAST_JWT_SECRET: SECRET },
      ...{ HOLDFAST_JWT_ISSUER: ISSUER, HOLDFAST_JWT_AUDIENCE: AUDIENCE },
      ...settings,
    },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const serving = /"url":"(http:[^"]+)"/;
  const url = async () => {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`The web process ended: ${said}`);
      return serving.test(said);
    });
    return serving.exec(said)?.[1] ?? '';
  };
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'close');
  };
  return { url, stop };
}
