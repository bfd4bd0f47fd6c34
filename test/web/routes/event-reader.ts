import http from 'node:http';
import { eventually } from '../../support/eventually';

export interface SeenEvent {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any event.
  data: any;
}

export interface EventReader {
  status: number;
  headers: http.IncomingHttpHeaders;
  events: SeenEvent[];
  /** All that came, comments included. */
  text(): string;
  /** The first event of that kind, from now or before, that looks so. */
  first(event: string, isIt?: (data: SeenEvent['data']) => boolean): Promise<SeenEvent['data']>;
  isOver(): boolean;
  /** Reads nothing any more, and leaves the connection open. */
  stall(): void;
  close(): void;
}

/** A plain reader of event streams, which can also stop to read. */
export async function readEvents(
  url: string,
  token: string,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const request = http.get(url, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    agent: false,
  });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  let text = '';
  let isOver = false;
  const events: SeenEvent[] = [];
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    events.splice(0, events.length, ...eventsIn(text));
  });
  // A stream that the server breaks off is over as well.
  response.on('error', () => {});
  response.on('close', () => {
    isOver = true;
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    text: () => text,
    async first(event, isIt = () => true) {
      const find = () => events.find((seen) => seen.event === event && isIt(seen.data));
      await eventually(async () => find() !== undefined);
      return find()?.data;
    },
    isOver: () => isOver,
    stall: () => response.pause(),
    close: () => request.destroy(),
  };
}

function eventsIn(text: string): SeenEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((block) => {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1);
      const data = field('data');
      return data === undefined ? [] : [{ event: field('event') ?? '', data: JSON.parse(data) }];
    });
}
