import { z } from 'zod';

/** More are refused: a process never needs a list of every key since it began. */
const KEYS_MAX = 20;

/** 32 bytes in base64, as `openssl rand -base64 32` writes them. */
const KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

const keyId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'a key’s id is 1 to 32 letters, digits, ., _ and -');

/** A key that encrypts and decrypts payloads: its id, and 32 bytes in base64. */
export const codecKey = z.strictObject({
  id: keyId,
  key: z.string().regex(KEY, 'a key is 32 bytes in base64'),
});

export type CodecKey = z.output<typeof codecKey>;

/** The keys of a process: the first one encrypts, all of them decrypt. */
export const codecKeys = z
  .array(codecKey)
  .min(1, 'there is no key')
  .max(KEYS_MAX, `there are more than ${KEYS_MAX} keys`)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'an id is there twice');

/**
 * Keys as a setting writes them: `k2:base64,k1:base64`. No message holds what may be a key.
 */
export const codecKeysText = z.string().transform((text, context): CodecKey[] => {
  const keys = text.split(',').map((item, index) => parseKey(item.trim(), index));
  const unusable = keys.filter((key): key is string => typeof key === 'string');
  if (unusable.length > 0) return refuse(context, unusable);
  const parsed = codecKeys.safeParse(keys);
  return parsed.success ? parsed.data : refuse(context, parsed.error.issues.map(messageOf));
});

/** The key, or what is wrong with it. */
function parseKey(item: string, index: number): CodecKey | string {
  const [id = '', key = '', ...more] = item.split(':');
  // An item without a colon may be a key whose id was forgotten.
  if (key === '' || more.length > 0)
    return `key ${index + 1} is not an id, a colon and 32 bytes in base64`;
  if (!keyId.safeParse(id).success) return `the id of key ${index + 1} is not usable`;
  return KEY.test(key) ? { id, key } : `key ${id} is not 32 bytes in base64`;
}

function messageOf({ message }: z.core.$ZodIssue): string {
  return message;
}

function refuse(context: z.RefinementCtx, problems: string[]): never {
  context.addIssue({ code: 'custom', message: problems.join('; ') });
  return z.NEVER;
}
