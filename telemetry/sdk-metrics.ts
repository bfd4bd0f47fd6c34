import { createServer } from 'node:net';

const HOST = '127.0.0.1';
const TIMEOUT_MS = 5_000;

/**
 * A free address for the listener of Temporal's SDK, which offers no other way to its metrics and
 * doesn't say which port it has taken. Only this machine reaches it.
 */
export async function freeLocalAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return `${HOST}:${address.port}`;
}

/** The metrics of Temporal's SDK; none while it doesn't answer, so that ours are served. */
export async function readSdkMetrics(address: string): Promise<string> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`http://${address}/metrics`, { signal });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}
