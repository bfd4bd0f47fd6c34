import { once } from 'node:events';
import pino, { type Logger } from 'pino';
import { createLogger } from '../http/logging';
import type { RunningWeb } from '../start';
import { createCodecServer } from './codec-server';
import { type CodecServerConfig, loadCodecServerConfig } from './codec-server-config';

/** Serves the codec server; it needs neither Temporal nor the ledger. */
export async function startCodecServer(
  config: CodecServerConfig,
  log: Logger,
): Promise<RunningWeb> {
  const app = await createCodecServer(config, log);
  const url = await app.listen({ host: config.host, port: config.port });
  return { url, stop: () => app.close() };
}

/**
 * Runs a codec server until SIGINT or SIGTERM: its configuration comes from the environment, its
 * log goes to stderr.
 *
 * @throws Error naming every variable that is missing, malformed or unknown
 */
export async function runCodecServer(): Promise<void> {
  const stopped = Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  const config = loadCodecServerConfig(process.env);
  const destination = pino.destination({ fd: 2, sync: true });
  const log = createLogger(config.logLevel, destination, 'holdfast-codec-server');
  const server = await startCodecServer(config, log);
  log.info({ url: server.url }, 'serving');
  await stopped;
  await server.stop();
}
