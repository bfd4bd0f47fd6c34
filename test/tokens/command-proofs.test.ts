import { createHash } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { createProofSigner } from '../../client/client';
import { COMMAND_CLAIM, PROOF_TYPE } from '../../contract/proof';
import { commandHashOf } from '../../domain/command-hash';
import { createProofCheck, type ProofOptions } from '../../tokens/command-proofs';

const SECRET = 'a secret of more than thirty-two bytes, for proofs';
const SIGNER = { issuer: 'https://billing.example', audience: 'ledger-1', secret: SECRET };
const REQUIRED: ProofOptions = { ...SIGNER, mode: 'required' };

const RENEWAL = { accountId: 'acme', subscriptionId: 'main', paymentReference: 'inv-7' };
const ANOTHERS = { ...RENEWAL, accountId: 'evil' };
const commandHash = commandHashOf('renew', RENEWAL);
const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
const NOW = new Date('2030-01-01T12:00:00Z');

interface Wrong {
  claims?: JWTPayload;
  header?: { alg?: string; typ?: string };
  secret?: string;
}

function signed({ claims, header, secret = SECRET }: Wrong = {}) {
  const all = {
    ...{ iss: SIGNER.issuer, aud: SIGNER.audience, sub: 'billing' },
    ...{ exp: seconds(NOW) + 60, [COMMAND_CLAIM]: commandHash },
    ...claims,
  };
  return new SignJWT(all)
    .setProtectedHeader({ alg: 'HS256', typ: PROOF_TYPE, ...header })
    .sign(new TextEncoder().encode(secret));
}

const warnings: { message: string; fields: Record<string, unknown> }[] = [];
const warn = (message: string, fields: Record<string, unknown>) =>
  void warnings.push({ message, fields });
afterEach(() => warnings.splice(0));

function check(proof: string | undefined, recordedAt = NOW, options = REQUIRED) {
  const recorded =
    proof === undefined ? undefined : { proof, recordedAt: recordedAt.toISOString() };
  return createProofCheck(options, warn)('renew', RENEWAL, recorded);
}

test('the hash of a command is that of its JSON, with sorted keys and without spaces', () => {
  const said =
    '{"command":"renew","request":{"accountId":"acme","paymentReference":"inv-7","subscriptionId":"main"}}';
  expect(commandHash).toBe(createHash('sha256').update(said).digest('hex'));
});

test('a command whose proof was signed for it may be carried out', async () => {
  const proof = await createProofSigner({ ...SIGNER, subject: 'billing' })({ commandHash });
  expect(await check(proof, new Date())).toBeUndefined();
  expect(await check(await signed())).toBeUndefined();
  expect(warnings).toEqual([]);
});

test('a proof counts as of when its command was recorded', async () => {
  const proof = await signed({
    claims: { exp: seconds(new Date()) - 86_400 },
  });
  expect(await check(proof, new Date(Date.now() - 2 * 86_400_000))).toBeUndefined();
  expect(await check(proof, new Date())).toMatchObject({ details: { check: 'exp' } });
});

test.each<[string, Wrong]>([
  [COMMAND_CLAIM, { claims: { [COMMAND_CLAIM]: commandHashOf('changePlan', RENEWAL) } }],
  [COMMAND_CLAIM, { claims: { [COMMAND_CLAIM]: commandHashOf('renew', ANOTHERS) } }],
  [COMMAND_CLAIM, { claims: { [COMMAND_CLAIM]: undefined } }],
  ['exp', { claims: { exp: seconds(NOW) - 60 } }],
  ['exp', { claims: { exp: undefined } }],
  ['nbf', { claims: { nbf: seconds(NOW) + 60 } }],
  ['iss', { claims: { iss: 'https://evil.example' } }],
  ['aud', { claims: { aud: 'ledger-2' } }],
  ['sub', { claims: { sub: undefined } }],
  ['typ', { header: { typ: 'JWT' } }],
  ['signature', { secret: 'another secret of more than thirty-two bytes' }],
  ['signature', { header: { alg: 'HS512' } }],
])('a proof whose %s is wrong is refused by that name: %j', async (name, wrong) => {
  const refusal = await check(await signed(wrong));
  expect(refusal).toMatchObject({ code: 'PROOF_REJECTED', details: { check: name } });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.fields).toMatchObject({ command: 'renew', accountId: 'acme', check: name });
});

test('no proof, and text that is none, are refused', async () => {
  expect(await check(undefined)).toMatchObject({ code: 'PROOF_REQUIRED' });
  expect(await check('mild')).toMatchObject({
    code: 'PROOF_REJECTED',
    details: { check: 'format' },
  });
});

test('the mode `warn` refuses nothing and says what would be; `required` waits for keys', async () => {
  const keysAway: ProofOptions = {
    ...{ mode: 'warn', issuer: SIGNER.issuer, audience: SIGNER.audience },
    jwksUrl: 'http://127.0.0.1:1/keys',
  };
  expect(await check(undefined, NOW, { ...REQUIRED, mode: 'warn' })).toBeUndefined();
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: PROOF_TYPE }));
  const [, claims] = (await signed()).split('.');
  const published = `${header.toString('base64url')}.${claims}.AAAA`;
  expect(await check(published, NOW, keysAway)).toBeUndefined();
  expect(warnings.map(({ fields }) => fields.code)).toEqual(['PROOF_REQUIRED', 'KEYS_UNAVAILABLE']);
  const waits = check(published, NOW, { ...keysAway, mode: 'required' });
  await expect(waits).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
});
