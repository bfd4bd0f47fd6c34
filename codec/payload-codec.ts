import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { type CodecKey, codecKeys } from '../contract/codec-keys';
import { HoldfastError } from '../contract/errors';
import type { InputKeys } from '../contract/input-keys';
import { shown } from '../contract/json';
import { parse } from '../contract/parse';

const { Payload: PayloadMessage } = temporal.api.common.v1;

/** The encoding and the member that Temporal's own examples of encryption use. */
export const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The codec of {@link createPayloadCodec}. */
export class EncryptingCodec implements PayloadCodec {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: CodecKey['id'];
  readonly #hashKey: Buffer;
  /** By the key that encrypts, and by all others what they have hashed. */
  readonly inputKeys: InputKeys;

  constructor(keys: CodecKey[]) {
    const [first] = parse(codecKeys, keys, 'list of keys') as [CodecKey];
    this.#keys = new Map(keys.map(({ id, key }) => [id, Buffer.from(key, 'base64')]));
    this.#current = first.id;
    this.#hashKey = derivedKey(this.#keys.get(first.id) as Buffer, 'holdfast keyed hash');
    this.inputKeys = inputKeysOf(this.#keys, first.id);
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#encrypt(payload));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#decrypt(payload));
  }

  /**
   * A text's HMAC-SHA-256, in hexadecimal digits, by the key that encrypts: for ids that stand in
   * clear in Temporal and must not let a guessed text be confirmed.
   */
  keyedHash(text: string): string {
    return hmac(this.#hashKey, text);
  }

  #encrypt(payload: Payload): Payload {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keys.get(this.#current) as Buffer, nonce, {
      authTagLength: TAG_BYTES,
    });
    cipher.setAAD(authenticated(this.#current));
    const whole = PayloadMessage.encode(payload).finish();
    const encrypted = [cipher.update(whole), cipher.final()];
    return {
      metadata: { encoding: bytesOf(ENCRYPTED), [KEY_ID]: bytesOf(this.#current) },
      data: Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]),
    };
  }

  #decrypt(payload: Payload): Payload {
    if (textOf(payload.metadata?.encoding) !== ENCRYPTED) return payload;
    const id = textOf(payload.metadata?.[KEY_ID]);
    const key = this.#keys.get(id);
    if (key === undefined) {
      const known = [...this.#keys.keys()].join(', ');
      throw unreadable(`is encrypted by key ${shown(id)}; this process has ${known}`, id);
    }
    try {
      return decrypted(payload.data ?? new Uint8Array(), id, key);
    } catch (cause) {
      const problem = `can’t be decrypted by key ${id}: another key had this id, or it was changed`;
      throw unreadable(problem, id, cause);
    }
  }
}

/**
 * A codec that encrypts the payloads of Temporal: AES-256-GCM with a random nonce of 96 bits over
 * the whole payload. The first key encrypts, all of them decrypt, so that keys can be rotated. A
 * payload from before encryption passes unchanged. Worker, web process, command line and your own
 * Temporal clients need the same keys.
 *
 * @example const keys = [{ id: 'k2', key: '…32 bytes in base64' }, { id: 'k1', key: '…' }];
 *   new Client({ connection, dataConverter: { payloadCodecs: [createPayloadCodec(keys)] } });
 * @throws HoldfastError INVALID_ARGUMENT for unusable keys; its `decode` PAYLOAD_UNREADABLE for a
 *   payload of a key that it doesn't have
 */
export function createPayloadCodec(keys: CodecKey[]): EncryptingCodec {
  return new EncryptingCodec(keys);
}

function inputKeysOf(keys: ReadonlyMap<string, Buffer>, currentId: string): InputKeys {
  const derived = new Map(
    [...keys].map(([id, key]) => [id, derivedKey(key, 'holdfast input hash')] as const),
  );
  return {
    currentId,
    hash(text, keyId) {
      const key = derived.get(keyId);
      return key && hmac(key, text);
    },
  };
}

/** A key of its own for each use of a key that encrypts. */
function derivedKey(key: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', use, 32));
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Holdfast's own codec among those of a data converter; another copy of Holdfast may have made it. */
export function holdfastCodecOf(codecs: readonly PayloadCodec[]): EncryptingCodec | undefined {
  return codecs.find(
    (codec): codec is EncryptingCodec => 'keyedHash' in codec && 'inputKeys' in codec,
  );
}

function decrypted(data: Uint8Array, id: string, key: Buffer): Payload {
  const nonce = data.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticated(id));
  decipher.setAuthTag(data.subarray(Math.max(NONCE_BYTES, data.length - TAG_BYTES)));
  const encrypted = data.subarray(NONCE_BYTES, Math.max(NONCE_BYTES, data.length - TAG_BYTES));
  return PayloadMessage.decode(Buffer.concat([decipher.update(encrypted), decipher.final()]));
}

/** Keeps a payload from being passed off as one of another key, or of another use of the key. */
function authenticated(id: string): Buffer {
  return Buffer.from(`holdfast payload 1 ${id}`);
}

function unreadable(problem: string, keyId: string, cause?: unknown): HoldfastError {
  const details = { keyId: keyId.slice(0, 60) };
  return new HoldfastError('PAYLOAD_UNREADABLE', `A payload ${problem}.`, details, { cause });
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}
