import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notice } from '../../contract/notice';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  notice: Notice;
}

/** What a receiver does with each delivery, counted from 1. */
export type Answer = (response: ServerResponse, delivery: number, received: Received) => void;

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();

/** A local web server that receives notices, and answers as a test says. */
export interface WebhookReceiver {
  url: string;
  port: number;
  received: Received[];
  /** The number of connections so far, with and without a request. */
  connections(): number;
  /** Sets the answer from the next delivery on. */
  answerWith(answer: Answer): void;
  /** Breaks every connection, and stops listening. */
  close(): Promise<void>;
}

/** With `port` the receiver comes back where one was before. */
export async function openWebhookReceiver(
  answer: Answer = status(204),
  port = 0,
): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let connections = 0;
  let current = answer;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const delivery = { headers: request.headers, body, notice: JSON.parse(body) };
    received.push(delivery);
    current(response, received.length, delivery);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${opened}/notices`,
    port: opened,
    received,
    connections: () => connections,
    answerWith(next) {
      current = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
