// Checks what `holdfast prove` has printed, without Holdfast:
//   node check-proof.mjs proof.json checkpoint-key.pub.pem
// Get the public key from whom you trust, not with the proof.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const bytes = (hex) => Buffer.from(hex, 'hex');

/** Why the proof proves nothing; undefined if it proves the entry. */
export function faultIn(proof, publicKey) {
  const [format, account, version] = proof.entry.split('\n');
  if (!/^holdfast-entry-[1234]$/.test(format)) return 'an entry of another format';
  const [signedAccount, lastVersion, lastLink, beginningVersion, digest] = JSON.parse(proof.line);
  if (account !== signedAccount) return 'the entry is another account’s';

  // From the entry to the account's last one, or to the last from before links were kept.
  const hashes = [sha256(proof.entry), ...proof.later.map(bytes)];
  const link = hashes.reduce((before, hash) => sha256(before, hash), bytes(proof.previous));
  const isEarlier = Number(version) <= beginningVersion;
  if (link.toString('hex') !== (isEarlier ? digest : lastLink))
    return 'the entry isn’t in the journal';
  const upto = isEarlier ? beginningVersion : lastVersion;
  if (Number(version) + proof.later.length !== upto) return 'entries are missing';

  // From the account's line to the root over all accounts.
  const root = proof.path.reduce(
    (hash, { left, right }) =>
      sha256('\u0001', left ? bytes(left) : hash, left ? hash : bytes(right)),
    sha256('\0', proof.line),
  );
  const signed = JSON.parse(proof.signed);
  if (root.toString('hex') !== signed.root) return 'the account isn’t in the checkpoint';

  const signature = Buffer.from(proof.signature, 'base64');
  if (!verify(null, Buffer.from(proof.signed), publicKey, signature))
    return 'another key has signed';
  return undefined;
}

if (process.argv[1]?.endsWith('check-proof.mjs')) {
  const [, , proofFile, keyFile] = process.argv;
  const proof = JSON.parse(readFileSync(proofFile, 'utf8'));
  const fault = faultIn(proof, createPublicKey(readFileSync(keyFile)));
  const { at, ledgerId } = JSON.parse(proof.signed);
  console.log(fault ? `Not proved: ${fault}.` : `Proved, as of ${at}, in ledger ${ledgerId}:`);
  if (!fault) console.log(proof.entry);
  process.exitCode = fault ? 1 : 0;
}
