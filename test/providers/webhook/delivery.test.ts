import { createHmac } from 'node:crypto';
import dns from 'node:dns';
import type { Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Notice } from '../../../contract/notice';
import { PermanentNotifierError, TransientProviderError } from '../../../providers/provider-errors';
import { createWebhookNotifier } from '../../../providers/webhook/webhook-notifier';
import { eventually } from '../../support/eventually';
import {
  openWebhookReceiver,
  type Received,
  status,
  WEBHOOK_SECRET,
  type WebhookReceiver,
} from '../../support/webhook-receiver';

const NOTICE: Notice = {
  accountId: 'acme.eu|7',
  noticeId: 12,
  at: '2030-01-01T00:00:00.000Z',
  type: 'ran-dry',
  data: { left: 0, available: 0, requestId: 'Grüße-12', required: 4 },
};
const ID = 'acme%2Eeu|7/12';

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await openWebhookReceiver();
});
afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await receiver.close();
});

function deliver(url = `${receiver.url}?token=hunter2`, allowPrivate = false): Promise<void> {
  return createWebhookNotifier({ url, secret: WEBHOOK_SECRET, allowPrivate }).deliver(NOTICE);
}

async function failureOf(delivery: Promise<void>): Promise<Error> {
  const failure = await delivery.then(
    () => new Error('It was delivered.'),
    (error: Error) => error,
  );
  // No failure repeats the secret, a part of the URL that may be one, or the notice.
  expect(`${failure.message} ${failure.stack} ${failure.cause}`).not.toMatch(
    /hunter2|whsec_|Grüße|acme/,
  );
  return failure;
}

/** Sets the clock's date only; time-outs keep their length. */
function setDate(now: Date): void {
  const timers = [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ] as const;
  jest.useFakeTimers({
    now,
    doNotFake: [...timers, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'],
  });
}

describe('a webhook’s delivery', () => {
  test('posts the notice as JSON, signed so that the standard’s library and a plain HMAC both find it right', async () => {
    await deliver();
    const { headers, body } = receiver.received[0] as Received;
    expect(JSON.parse(body)).toEqual(NOTICE);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['webhook-id']).toBe(ID);
    const verifier = new Webhook(WEBHOOK_SECRET);
    expect(verifier.verify(body, headers as Record<string, string>)).toEqual(NOTICE);
    expect(() =>
      verifier.verify(body.replace('"left":0', '"left":9'), headers as Record<string, string>),
    ).toThrow();
    const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
    const signed = `${ID}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
  });

  test('has the same id and body in each attempt, and the time of the attempt', async () => {
    setDate(new Date('2030-01-01T00:00:07.900Z'));
    await deliver();
    setDate(new Date('2030-01-03T12:00:00.000Z'));
    await deliver();
    const [first, second] = receiver.received;
    expect(first?.headers['webhook-timestamp']).toBe(
      String(Date.parse('2030-01-01T00:00:07Z') / 1000),
    );
    expect(second?.headers['webhook-timestamp']).toBe(
      String(Date.parse('2030-01-03T12:00:00Z') / 1000),
    );
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    const verifier = new Webhook(WEBHOOK_SECRET);
    const replayed = () =>
      verifier.verify(first?.body ?? '', first?.headers as Record<string, string>);
    expect(replayed).toThrow('too old');
    expect(verifier.verify(second?.body ?? '', second?.headers as Record<string, string>)).toEqual(
      NOTICE,
    );
  });

  test('is signed with each of two secrets while they are changed, so that a receiver may have either', async () => {
    const next = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    await createWebhookNotifier({ url: receiver.url, secret: `${next} ${WEBHOOK_SECRET}` }).deliver(
      NOTICE,
    );
    const { headers, body } = receiver.received[0] as Received;
    for (const secret of [next, WEBHOOK_SECRET]) {
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(NOTICE);
    }
    const other = new Webhook(`whsec_${Buffer.alloc(24, 8).toString('base64')}`);
    expect(() => other.verify(body, headers as Record<string, string>)).toThrow(
      'No matching signature',
    );
  });

  test.each([200, 201, 202, 204, 299])('succeeds at status %d', async (code) => {
    receiver.answerWith(status(code));
    await expect(deliver()).resolves.toBeUndefined();
  });

  test.each([410, 413, 422])('is given up at status %d', async (code) => {
    receiver.answerWith(status(code));
    const failure = await failureOf(deliver());
    expect(failure).toBeInstanceOf(PermanentNotifierError);
    expect(failure.message).toBe(`The receiver answered with status ${code}.`);
  });

  test.each([304, 400, 401, 403, 404, 408, 429, 499, 500, 502, 503, 504, 599])(
    'may be tried again after status %d',
    async (code) => {
      receiver.answerWith(status(code));
      expect(await failureOf(deliver())).toBeInstanceOf(TransientProviderError);
    },
  );

  test.each([301, 302, 303, 307, 308])(
    'follows no redirect %d, and takes it for a failure',
    async (code) => {
      const elsewhere = await openWebhookReceiver();
      receiver.answerWith(status(code, { location: elsewhere.url }));
      expect(await failureOf(deliver())).toBeInstanceOf(TransientProviderError);
      expect(elsewhere.connections()).toBe(0);
      await elsewhere.close();
    },
  );

  test('reads only the first line of an answer', async () => {
    let socket: Socket | null = null;
    receiver.answerWith((response) => {
      socket = response.socket;
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(more));
    });
    await deliver();
    await eventually(async () => socket?.destroyed === true);
  });
});

describe('a receiver that is not well', () => {
  test('has ten seconds, whether it says nothing or dribbles', async () => {
    const dribbling = await openWebhookReceiver((response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\n');
      const drop = setInterval(() => response.socket?.write(`x-${Date.now()}: y\r\n`), 500);
      response.socket?.on('close', () => clearInterval(drop));
    });
    receiver.answerWith(() => {});
    const startedMs = Date.now();
    const failures = await Promise.all(
      [deliver(), deliver(`${dribbling.url}?token=hunter2`)].map(failureOf),
    );
    const tookMs = Date.now() - startedMs;
    expect(failures.map(({ message }) => message)).toEqual(
      Array.from({ length: 2 }, () => 'The receiver can’t be reached: no answer within 10 s'),
    );
    expect([tookMs > 9_900, tookMs < 13_000]).toEqual([true, true]);
    await dribbling.close();
  });

  test.each<[string, (socket: Socket) => void, RegExp]>([
    ['hangs up', (socket) => socket.destroy(), /ECONNRESET/],
    [
      'changes the protocol',
      (socket) =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
        ),
      /closed without an answer/,
    ],
    ['speaks another language', (socket) => socket.end('220 mail.example ESMTP\r\n'), /HPE_/],
    [
      'says too much',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(99_999)}\r\n\r\n`),
      /HPE_HEADER_OVERFLOW/,
    ],
  ])('%s, and the delivery may be tried again', async (_, answer, reason) => {
    receiver.answerWith((response) => response.socket && answer(response.socket));
    const failure = await failureOf(deliver());
    expect(failure).toBeInstanceOf(TransientProviderError);
    expect(failure.message).toMatch(reason);
  });

  test('is not there, and the delivery may be tried again', async () => {
    const { url } = receiver;
    await receiver.close();
    const failure = await failureOf(deliver(url));
    expect(failure).toBeInstanceOf(TransientProviderError);
    expect(failure.message).toMatch(/ECONNREFUSED/);
    receiver = await openWebhookReceiver(status(204), receiver.port);
    await expect(deliver()).resolves.toBeUndefined();
  });
});

describe('a host name', () => {
  /** Answers in place of the name server. */
  function resolveTo(...addresses: string[]): void {
    const answers = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    jest.spyOn(dns, 'lookup').mockImplementation(((
      _name: string,
      options: dns.LookupOptions,
      done: unknown,
    ) => {
      const answer = done as (error: null, found: unknown, family?: number) => void;
      if (options.all) answer(null, answers);
      else answer(null, answers[0]?.address, answers[0]?.family);
    }) as typeof dns.lookup);
  }

  test.each([
    ['127.0.0.1'],
    ['10.0.0.5'],
    ['169.254.169.254'],
    ['0.0.0.0'],
    ['::1'],
    ['fd00:ec2::254'],
    ['::ffff:127.0.0.1'],
    ['100.64.0.1'],
    ['64:ff9b::a9fe:a9fe'],
    ['64:ff9b:1::a00:5'],
    ['fe80::1'],
    ['93.184.216.34', '127.0.0.1'],
  ])('that leads to %s is not dialled', async (...addresses) => {
    resolveTo(...addresses);
    const failure = await failureOf(
      deliver(`https://public.example:${receiver.port}/?token=hunter2`),
    );
    expect(failure).toBeInstanceOf(TransientProviderError);
    // Without the address: an account's owner may read the message too.
    expect(failure.message).toBe(
      'The receiver can’t be reached: where its name leads is not allowed',
    );
    expect(receiver.connections()).toBe(0);
  });

  test('that leads inside is dialled where that is allowed, with TLS', async () => {
    resolveTo('127.0.0.1');
    const failure = await failureOf(
      deliver(`https://inside.example:${receiver.port}/?token=hunter2`, true),
    );
    expect(receiver.connections()).toBe(1);
    // The receiver has no TLS.
    expect(failure.message).toMatch(/SSL|EPROTO|ECONNRESET/);
    expect(receiver.received).toEqual([]);
  });

  test('such as localhost leads to this machine, and not to another one inside', async () => {
    const url = `http://localhost:${receiver.port}/?token=hunter2`;
    resolveTo('127.0.0.1');
    await deliver(url);
    expect(receiver.received).toHaveLength(1);
    // The address that was checked is the one that is dialled: the name is not resolved a second
    // time.
    expect(dns.lookup).toHaveBeenCalledTimes(1);
    for (const elsewhere of ['10.0.0.5', '169.254.169.254']) {
      resolveTo(elsewhere);
      expect((await failureOf(deliver(url))).message).toContain('is not allowed');
    }
  });
});
