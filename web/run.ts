import { once } from 'node:events';
import pino from 'pino';
import { createLogger } from './http/logging';
import { startWeb } from './start';
import { loadWebConfig } from './web-config';

/** A whole web process: configuration from the environment, logs to stderr, until SIGINT or SIGTERM. */
export async function runWeb(): Promise<void> {
  const stopped = Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  const config = loadWebConfig(process.env);
  const log = createLogger(config.logLevel, pino.destination({ fd: 2, sync: true }));
  const web = await startWeb(config, log);
  log.info({ url: web.url }, 'serving');
  await stopped;
  await web.stop();
}
