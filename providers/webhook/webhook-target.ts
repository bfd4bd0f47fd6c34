import ipaddr from 'ipaddr.js';
import { HoldfastError } from '../../contract/errors';

export interface WebhookOptions {
  /** An https URL, or plain http on loopback for a receiver on the same machine. */
  url: string;
  /**
   * `whsec_` and 24 to 64 bytes in base64. While the secret is being changed: several, a space
   * between; each signs every delivery.
   */
  secret: string;
  /** Whether the URL may lead to a private address. False by default. */
  allowPrivate?: boolean;
}

/**
 * A webhook's target as far as the URL tells. Each delivery checks the address that the name
 * resolves to.
 */
export interface WebhookTarget {
  url: URL;
  /** A name or an address, without square brackets. */
  host: string;
  isLoopback: boolean;
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const SECRET_BYTES = { min: 24, max: 64 };

/**
 * Parses the URL. No message repeats it, because it may contain a secret.
 *
 * @throws HoldfastError INVALID_WEBHOOK_URL
 */
export function parseWebhookUrl({
  url: text,
  allowPrivate = false,
}: Omit<WebhookOptions, 'secret'>): WebhookTarget {
  // `URL` turns an address in disguise (2130706433, 0x7f.1, 127.0.0.1.) into its plain form.
  const url = URL.canParse(text) ? new URL(text) : refuse('is no URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('must begin with https://');
  if (url.username || url.password)
    refuse('must not hold a name or a password: the signature says who sends');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const range = ipaddr.isValid(host) ? ipaddr.parse(host).range() : undefined;
  const isLoopback = host === 'localhost' || range === 'loopback';
  if (url.protocol === 'http:' && !isLoopback)
    refuse('must begin with https:// (plain http is for loopback only)');
  if (range === 'unspecified') refuse('leads to no address');
  if (range !== undefined && range !== 'unicast' && !isLoopback && !allowPrivate) {
    refuse('leads to a private address; HOLDFAST_WEBHOOK_ALLOW_PRIVATE=true allows that');
  }
  return { url, host, isLoopback };
}

function refuse(why: string): never {
  throw new HoldfastError('INVALID_WEBHOOK_URL', `The webhook’s URL ${why}.`);
}

/** Parses the secrets. @throws HoldfastError INVALID_WEBHOOK_SECRET, without the secret */
export function parseWebhookSecrets(secrets: string): string[] {
  return secrets.split(' ').map(checkWebhookSecret);
}

function checkWebhookSecret(secret: string): string {
  const [, base64] = SECRET.exec(secret) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  const isRightSize = bytes.length >= SECRET_BYTES.min && bytes.length <= SECRET_BYTES.max;
  if (isRightSize && bytes.toString('base64') === base64) return secret;
  const { min, max } = SECRET_BYTES;
  throw new HoldfastError(
    'INVALID_WEBHOOK_SECRET',
    `The webhook’s secret is not whsec_ and ${min} to ${max} bytes in base64.`,
  );
}
