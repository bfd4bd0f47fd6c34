import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import type { FastifyInstance } from 'fastify';
import type { Notice, NoticeType } from '../../contract/notice';
import { TransientProviderError } from '../../providers/provider-errors';
import { createWebhookNotifier } from '../../providers/webhook/webhook-notifier';
import { WORKER_VARIABLES } from '../../worker/worker-config';
import { openWebhookReceiver, WEBHOOK_SECRET } from '../support/webhook-receiver';

const documentation = readFileSync(join(__dirname, '../../docs/how-to/webhook.md'), 'utf8');
const examples: Notice[] = [...documentation.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) =>
  JSON.parse(json),
);

/** All of a type, and all that each has; a member that is added to the types fails to compile here. */
const MEMBERS: {
  [Type in NoticeType]: Record<keyof Extract<Notice, { type: Type }>['data'], true>;
} = {
  'balance-low': { left: true, available: true, threshold: true, thresholdCredits: true },
  'ran-dry': { left: true, available: true, requestId: true, required: true },
  'credits-expiring': { days: true, credits: true, expiresAt: true, renewBy: true },
  'top-up-failed': {
    ...{ packId: true, purchaseId: true, priceCents: true, currency: true },
    ...{ reason: true, retryAt: true, stopped: true },
  },
  dispute: {
    ...{ disputeId: true, purchaseId: true, packId: true, state: true, frozen: true },
    ...{ givenBack: true, taken: true, expired: true, owed: true, expiresAt: true },
  },
};

describe('docs/how-to/webhook.md', () => {
  test('has an example of every type, with every member', () => {
    expect(examples.map(({ type }) => type)).toEqual(Object.keys(MEMBERS));
    for (const { accountId, noticeId, at, type, data, ...more } of examples) {
      expect({ accountId, noticeId, at: new Date(at).toISOString(), more }).toEqual({
        ...{ accountId: 'acme', noticeId: expect.any(Number), at, more: {} },
      });
      expect(Object.keys(data)).toEqual(Object.keys(MEMBERS[type]));
    }
  });

  test('names the worker’s variables of the webhook, and no other', () => {
    const named = [...documentation.matchAll(/^\| `(HOLDFAST_[A-Z_]+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect(named).toEqual(WORKER_VARIABLES.filter((name) => name.startsWith('HOLDFAST_WEBHOOK_')));
  });

  test('says which headers there are, and how the signature is made', async () => {
    const receiver = await openWebhookReceiver();
    const [example] = examples as [Notice];
    try {
      await createWebhookNotifier({ url: receiver.url, secret: WEBHOOK_SECRET }).deliver(example);
    } finally {
      await receiver.close();
    }
    const [{ headers, body } = { headers: {} as Record<string, string>, body: '' }] =
      receiver.received;
    const documented = [...documentation.matchAll(/^\| `(webhook-[a-z]+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect(documented).toEqual(Object.keys(headers).filter((name) => name.startsWith('webhook-')));
    const [, signed = ''] = /HMAC-SHA256 of `([^`]+)`/.exec(documentation) ?? [];
    const parts: Record<string, unknown> = { ...headers, body };
    const content = signed.replaceAll(/\{([a-z-]+)\}/g, (_, name) => String(parts[name]));
    const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(content).digest('base64')}`,
    );
  });

  describe('has a receiver that', () => {
    const added: [string, unknown][] = [];
    const queue = { add: async (id: string, notice: unknown) => added.push([id, notice]) };
    let app: FastifyInstance;
    let url: string;
    beforeAll(async () => {
      const [, code = ''] = /```ts\n(import fastify.*?)```/s.exec(documentation) ?? [];
      const module = { type: 'commonjs' } as const;
      const compiled = transformSync(code, {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module,
      }).code;
      const env = { HOLDFAST_WEBHOOK_SECRET: WEBHOOK_SECRET };
      const open = new Function(
        'require',
        'exports',
        'process',
        'queue',
        `${compiled}\nreturn app;`,
      );
      app = open(require, {}, { env }, queue);
      await app.listen({ port: 0, host: '127.0.0.1' });
      url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/holdfast/notices`;
    });
    afterAll(() => app.close());

    test('takes what is genuine', async () => {
      await createWebhookNotifier({ url, secret: WEBHOOK_SECRET }).deliver(examples[0] as Notice);
      expect(added).toEqual([['acme/1', examples[0]]]);
    });

    test('refuses what is signed with another secret, in such a way that it is sent again', async () => {
      const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      const refused = createWebhookNotifier({ url, secret }).deliver(examples[0] as Notice);
      await expect(refused).rejects.toThrow(
        new TransientProviderError('The receiver answered with status 400.'),
      );
      expect(added).toHaveLength(1);
    });
  });
});
