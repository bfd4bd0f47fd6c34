/** Hashes texts by keys that have ids, so that what is kept doesn't confirm a guessed text. */
export interface InputKeys {
  /** The id of the key for what is new. */
  readonly currentId: string;
  /** The text's HMAC in hexadecimal digits; undefined for a key that isn't here. */
  hash(text: string, keyId: string): string | undefined;
}
