import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { codecKeysText } from '../contract/codec-keys';

/** The types of settings. Each has an upper limit, because an environment may hold any text. */

const TEXT_LENGTH_MAX = 4_096;

/** A secret that is shorter than the token's hash (HS256) can be guessed. */
export const SECRET_BYTES_MIN = 32;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A path or a name: on one line, without spaces around it. */
export const plainText = z
  .string()
  .max(TEXT_LENGTH_MAX, `must have ${TEXT_LENGTH_MAX} characters at most`)
  .refine(
    (text) => !/[\p{Cc}\p{Cs}]/u.test(text),
    'must have no control character and no broken Unicode',
  )
  .refine((text) => text === text.trim(), 'must have no space around it')
  .describe('text');

const url = plainText.refine((text) => !/\s/.test(text), 'must have no space in it');

export const postgresUrl = url
  .pipe(z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }))
  .meta({ description: '`postgres://` URL', isSecret: true });

/** Of a server within one's own network, which may speak plain HTTP. */
export const webUrl = url
  .pipe(z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }))
  .describe('URL');

export const safeUrl = url
  .refine(isSafeUrl, 'must be https, or http on this machine')
  .describe('https URL');

export const host = plainText
  .refine((text) => /^[\w.:%-]+$/.test(text), 'must be a host’s name or address')
  .describe('host or address');

/** A name in Temporal. */
export const dottedName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must be letters, digits, dots, dashes and underscores',
  )
  .describe('letters, digits, `.`, `_`, `-`');

/** Temporal puts a dot between a deployment's name and a build's id. */
export const deploymentName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'must be letters, digits, dashes and underscores')
  .describe('letters, digits, `_`, `-`');

export const secret = z
  .string()
  .max(TEXT_LENGTH_MAX, `must have ${TEXT_LENGTH_MAX} characters at most`)
  .refine(
    (text) => Buffer.byteLength(text) >= SECRET_BYTES_MIN,
    `must have ${SECRET_BYTES_MIN} bytes at least`,
  )
  .meta({ description: `${SECRET_BYTES_MIN} bytes or more`, isSecret: true });

export const bearerToken = plainText.meta({ description: 'JWT', isSecret: true });

/** As Standard Webhooks writes them. */
export const webhookSecrets = plainText.meta({
  description: '`whsec_…`; two, a space between, while it is changed',
  isSecret: true,
});

export const stripeKey = plainText
  .refine((text) => /^[rs]k_(live|test)_\w{8,}$/.test(text), 'must be a secret or restricted key')
  .meta({ description: '`sk_…` or `rk_…`', isSecret: true });

/** As Stripe makes them for an endpoint. */
export const stripeSecrets = plainText
  .transform((text) => text.split(/ +/))
  .refine(
    (secrets) => secrets.every((text) => /^whsec_[\w/+=-]{26,}$/.test(text)),
    'must be secrets as Stripe makes them, whsec_…, with a space between',
  )
  .meta({ description: '`whsec_…`; several, a space between', isSecret: true });

export const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words).describe(words.map((word) => `\`${word}\``).join(', '));

export const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(
      z
        .number()
        .min(minimum, `must be ${minimum} at least`)
        .max(maximum, `must be ${maximum} at most`),
    )
    .describe(`${minimum} to ${maximum}`);

const list = (isValid: (item: string) => boolean, problem: string) =>
  z
    .string()
    .max(TEXT_LENGTH_MAX, `must have ${TEXT_LENGTH_MAX} characters at most`)
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every(isValid), problem);

export const origins = list(
  isOrigin,
  'must be origins such as https://app.example, with commas between, or *',
).describe('origins, with commas between, or `*`');

/** A browser that sends a cookie along takes no `*`. */
export const exactOrigins = list(
  (item) => item !== '*' && isOrigin(item),
  'must be origins such as https://temporal.example, with commas between, and no *',
).describe('origins, with commas between');

const MINUTE_MAX = 600_000;

/** By kind: how many in a minute. */
export const quotas = z
  .string()
  .max(TEXT_LENGTH_MAX, `must have ${TEXT_LENGTH_MAX} characters at most`)
  .transform((text) => text.split(',').map((item) => item.trim().split(':')))
  .refine(
    (items) =>
      items.every(([kind = '', count = '', ...more]) => more.length === 0 && isQuota(kind, count)),
    `must be pairs such as text-to-video:30, with commas between, from 1 to ${MINUTE_MAX} in a minute`,
  )
  .refine(
    (items) => new Set(items.map(([kind]) => kind)).size === items.length,
    'must name each kind once',
  )
  .transform(
    (items): Record<string, number> =>
      Object.fromEntries(items.map(([kind, count]) => [kind, Number(count)])),
  )
  .describe('`kind:number`, with commas between');

export const encryptionKeys = codecKeysText.meta({
  description: '`id:key`, with commas between; a key is 32 bytes in base64',
  isSecret: true,
});

export const networks = list(
  isNetwork,
  'must be addresses or networks such as 10.0.0.0/8, with commas between',
).describe('addresses or networks, with commas between');

function isQuota(kind: string, count: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(kind) &&
    /^\d{1,6}$/.test(count) &&
    Number(count) >= 1 &&
    Number(count) <= MINUTE_MAX
  );
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
  );
}

function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  if (isIP(address) === 0) return false;
  if (bits === undefined) return true;
  try {
    new BlockList().addSubnet(
      address,
      /^\d+$/.test(bits) ? Number(bits) : -1,
      isIP(address) === 6 ? 'ipv6' : 'ipv4',
    );
    return true;
  } catch {
    return false;
  }
}
