import { once } from 'node:events';
import http2, { type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

type IsRefused = (path: string, authorization?: string) => boolean;

/** What a key of one namespace, as on Temporal Cloud, may not call. */
export const needsMoreRights: IsRefused = (path) =>
  /^\/temporal\.api\.operatorservice\.|\/GetClusterInfo$/.test(path);

export interface RefusingTemporal {
  address: string;
  /** The calls that were refused, by path. */
  refused: Set<string>;
  close(): Promise<void>;
}

/**
 * A Temporal that is the server at the address for everything but some calls: it refuses those as
 * a server with authorization does, with PERMISSION_DENIED and no details.
 */
export async function startRefusingTemporal(
  upstreamAddress: string,
  isRefused: IsRefused = needsMoreRights,
): Promise<RefusingTemporal> {
  const refused = new Set<string>();
  const upstream = http2.connect(`http://${upstreamAddress}`);
  upstream.on('error', () => {});
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const path = String(headers[':path']);
    stream.on('error', () => {});
    if (isRefused(path, headers.authorization)) {
      refused.add(path);
      refuse(stream);
    } else forward(stream, headers, upstream, upstreamAddress);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    refused,
    close: async () => {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(stream: ServerHttp2Stream): void {
  const permissionDenied = {
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': '7',
  };
  stream.respond(permissionDenied, { endStream: true });
}

function forward(
  stream: ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  upstream: http2.ClientHttp2Session,
  authority: string,
): void {
  const call = upstream.request({ ...headers, ':authority': authority });
  call.on('error', () => stream.close());
  stream.on('close', () => call.close());
  stream.pipe(call);
  let trailers: http2.IncomingHttpHeaders = {};
  call.on('trailers', (said) => {
    trailers = said;
  });
  call.on('response', (said) => {
    if (stream.destroyed) return;
    // An answer of trailers alone has its status among the headers.
    if ('grpc-status' in said) stream.respond(said, { endStream: true });
    else {
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.respond(said, { waitForTrailers: true });
      call.pipe(stream);
    }
  });
}
