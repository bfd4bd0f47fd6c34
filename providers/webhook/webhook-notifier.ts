import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Webhook } from 'standardwebhooks';
import type { Notice } from '../../contract/notice';
import type { Notifier } from '../notifier';
import { PermanentNotifierError, TransientProviderError } from '../provider-errors';
import {
  parseWebhookSecrets,
  parseWebhookUrl,
  type WebhookOptions,
  type WebhookTarget,
} from './webhook-target';

export type { WebhookOptions };

const ANSWER_WITHIN_MS = 10_000;
/**
 * Statuses that give a notice up: the receiver refuses this notice, or all of them. A 404 or a 401
 * may come from a receiver that is being deployed. A 400 is what Standard Webhooks receivers answer
 * to a wrong signature, as while the secret is being changed.
 */
const FINAL = [410, 413, 422];

/**
 * Posts each notice as JSON, signed by the Standard Webhooks scheme (docs/how-to/webhook.md). Any 2xx
 * within ten seconds is a delivery. Redirects are not followed, and answers not read. No error
 * contains the secret, the URL or the notice.
 *
 * @throws HoldfastError INVALID_WEBHOOK_URL, INVALID_WEBHOOK_SECRET
 */
export function createWebhookNotifier(options: WebhookOptions): Notifier {
  const target = parseWebhookUrl(options);
  const signers = parseWebhookSecrets(options.secret).map((secret) => new Webhook(secret));
  const agent = agentFor(target, options.allowPrivate ?? false);

  return {
    async deliver(notice) {
      const body = JSON.stringify(notice);
      const id = webhookIdOf(notice);
      // The time of this attempt: receivers refuse old timestamps.
      const sentAt = new Date();
      const status = await post(target, agent, body, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'holdfast',
        'webhook-id': id,
        'webhook-timestamp': Math.floor(sentAt.getTime() / 1000),
        'webhook-signature': signers.map((signer) => signer.sign(id, sentAt, body)).join(' '),
      });
      if (status >= 200 && status < 300) return;
      const message = `The receiver answered with status ${status}.`;
      throw FINAL.includes(status)
        ? new PermanentNotifierError(message)
        : new TransientProviderError(message);
    },
  };
}

/**
 * The webhook's id, the same in every attempt. The signed content separates its parts by full
 * stops, so the id has none.
 */
export function webhookIdOf({ accountId, noticeId }: Notice): string {
  return `${accountId.replaceAll('.', '%2E')}/${noticeId}`;
}

/** Checks the address to which the host name resolves. Each attempt has a connection of its own. */
function agentFor(
  { url, host, isLoopback }: WebhookTarget,
  allowPrivateIPAddress: boolean,
): http.Agent {
  const allowIPAddressList = isLoopback ? [host, '127.0.0.1', '::1'] : [];
  const Agent = url.protocol === 'https:' ? RequestFilteringHttpsAgent : RequestFilteringHttpAgent;
  return new Agent({ allowPrivateIPAddress, allowIPAddressList });
}

function post(
  { url }: WebhookTarget,
  agent: http.Agent,
  body: string,
  headers: http.OutgoingHttpHeaders,
): Promise<number> {
  const { request } = url.protocol === 'https:' ? https : http;
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  return new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method: 'POST', agent, headers, signal }, resolve)
      .on('error', reject)
      // Node reports an answer that changes the protocol by nothing but this event.
      .on('close', () => reject(new Error('closed without an answer')))
      .end(body);
  }).then(
    (response) => {
      response.destroy();
      return response.statusCode ?? 0;
    },
    (error: NodeJS.ErrnoException) => {
      const reason = signal.aborted
        ? `no answer within ${ANSWER_WITHIN_MS / 1000} s`
        : reasonOf(error);
      throw new TransientProviderError(`The receiver can’t be reached: ${reason}`);
    },
  );
}

/** The agent's own message has the name and the address, which the account's owner must not see. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return (
    code ?? (message.includes('is not allowed') ? 'where its name leads is not allowed' : message)
  );
}
