import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notice, NoticeType } from '../../domain/notice/notice';
import { createWebhookNotifier } from '../../providers/webhook';
import { WORKER_VARIABLES } from '../../worker/config';
import { openWebhookReceiver, WEBHOOK_SECRET } from '../support/webhook-receiver';

const documentation = readFileSync(join(__dirname, '../../docs/webhook.md'), 'utf8');
const examples: Notice[] = [...documentation.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));

/** All of a type, and all that each has; whatever else is added to the types fails to compile here. */
const MEMBERS: { [Type in NoticeType]: Record<keyof Extract<Notice, { type: Type }>['data'], true> } = {
  'balance-low': { left: true, available: true, threshold: true, thresholdCredits: true },
  'ran-dry': { left: true, available: true, requestId: true, required: true },
  'credits-expiring': { days: true, credits: true, expiresAt: true, renewBy: true },
  'top-up-failed': {
    ...{ packId: true, purchaseId: true, priceCents: true, currency: true },
    ...{ reason: true, retryAt: true, stopped: true },
  },
};

describe('docs/webhook.md', () => {
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
    const named = [...documentation.matchAll(/^\| `(HOLDFAST_[A-Z_]+)` \|/gm)].map(([, name]) => name);
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
    const [{ headers, body } = { headers: {} as Record<string, string>, body: '' }] = receiver.received;
    const documented = [...documentation.matchAll(/^\| `(webhook-[a-z]+)` \|/gm)].map(([, name]) => name);
    expect(documented).toEqual(Object.keys(headers).filter((name) => name.startsWith('webhook-')));
    const [, signed = ''] = /HMAC-SHA256 of `([^`]+)`/.exec(documentation) ?? [];
    const parts: Record<string, unknown> = { ...headers, body };
    const content = signed.replaceAll(/\{([a-z-]+)\}/g, (_, name) => String(parts[name]));
    const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  });
});
