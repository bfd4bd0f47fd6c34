import type { Page } from 'playwright-core';

/**
 * The bytes that have come over the wire, headers and compressed bodies, those of unfinished
 * answers included.
 */
export interface Wire {
  total(): number;
  /** Largest first, to tell what is to blame. */
  byUrl(): { url: string; bytes: number }[];
}

export async function watchWire(page: Page): Promise<Wire> {
  const session = await page.context().newCDPSession(page);
  const urls = new Map<string, string>();
  const bytes = new Map<string, number>();
  session.on('Network.requestWillBeSent', ({ requestId, request }) =>
    urls.set(requestId, request.url),
  );
  session.on('Network.responseReceived', ({ requestId, response }) =>
    bytes.set(requestId, response.encodedDataLength),
  );
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) =>
    bytes.set(requestId, (bytes.get(requestId) ?? 0) + encodedDataLength),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    bytes.set(requestId, encodedDataLength),
  );
  await session.send('Network.enable');
  return {
    total: () => [...bytes.values()].reduce((sum, one) => sum + one, 0),
    byUrl: () =>
      [...bytes]
        .map(([requestId, count]) => ({ url: urls.get(requestId) ?? '', bytes: count }))
        .sort((a, b) => b.bytes - a.bytes),
  };
}
