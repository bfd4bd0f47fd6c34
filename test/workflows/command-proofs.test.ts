import { SignJWT } from 'jose';
import { createHoldfastClient, createProofSigner, type HoldfastClient } from '../../client/client';
import type { GrantRequest } from '../../contract/grant';
import { COMMAND_CLAIM, PROOF_TYPE } from '../../contract/proof';
import { commandHashOf } from '../../domain/command-hash';
import { grantWorkflowId, subscriptionWorkflowId } from '../../workflows/messages';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from './harness';

const SIGNER = {
  ...{ issuer: 'https://billing.example', audience: 'this-ledger' },
  secret: 'a secret of more than thirty-two bytes, for proofs',
};
const sign = createProofSigner({ ...SIGNER, subject: 'billing' });

let holdfast: Holdfast;
/** Billing's client, which has the key; `holdfast.client` has none, as the web process's. */
let billing: HoldfastClient;
beforeAll(async () => {
  holdfast = await openHoldfast();
  const { temporal, ledger } = holdfast;
  const { client, taskQueue } = temporal;
  billing = createHoldfastClient({ temporal: client, ledger, taskQueue, proof: sign });
});
afterAll(() => holdfast.closeSettled());

const verifying = (mode: 'warn' | 'required') => ({ commandProofs: { ...SIGNER, mode } });
const PLAN = 'lite-monthly';
const subscription = () => ({ accountId: uniqueId('account'), subscriptionId: 's' });
const grantOf = (accountId: string): GrantRequest => ({
  ...{ accountId, key: uniqueId('key'), credits: 7, source: 'promotion' },
  ...{ reason: 'promise', by: 'sam', expiresAt: '2099-01-01T00:00:00Z' },
});

function signedUntil(exp: number, grant: GrantRequest) {
  return new SignJWT({ exp, [COMMAND_CLAIM]: commandHashOf('grant', grant) })
    .setProtectedHeader({ alg: 'HS256', typ: PROOF_TYPE })
    .setIssuer(SIGNER.issuer)
    .setAudience(SIGNER.audience)
    .setSubject('billing')
    .sign(new TextEncoder().encode(SIGNER.secret));
}

/** As `temporal workflow start` does. */
function startGrant(request: GrantRequest, proof: string) {
  const { client, taskQueue } = holdfast.temporal;
  const workflowId = grantWorkflowId(request.accountId, request.key);
  const args = [request, proof];
  return client.workflow.start('grantWorkflow', { workflowId, taskQueue, args });
}

test('a worker that wants proofs adds no credits without them', async () => {
  const worker = await holdfast.startWorker(verifying('required'));
  const own = subscription();
  const unproven = { code: 'PROOF_REQUIRED' };
  const { client } = holdfast;
  const first = { ...own, planId: PLAN, paymentReference: 'pay-1' };
  await expect(client.subscriptions.subscribe(first)).rejects.toMatchObject(unproven);
  await expect(client.grants.create(grantOf(own.accountId))).rejects.toMatchObject(unproven);
  expect(await client.balance(own.accountId)).toMatchObject({ at: null, granted: 0 });

  await billing.subscriptions.subscribe(first);
  const renewal = { ...own, paymentReference: 'pay-2' };
  await expect(client.subscriptions.renew(renewal)).rejects.toMatchObject(unproven);
  const change = { ...own, key: 'up', planId: 'professional-monthly', paymentReference: 'pay-3' };
  await expect(client.subscriptions.changePlan(change)).rejects.toMatchObject(unproven);
  expect(await client.subscriptions.get(own.accountId)).toMatchObject({
    ...{ planId: PLAN, paidCycle: 1 },
  });
  // What adds nothing needs no proof.
  await client.subscriptions.cancelAtPeriodEnd({ ...own, key: 'cancel' });
  await worker.stop();
});

test('a proof carries out the command that it was signed for, and no other', async () => {
  const worker = await holdfast.startWorker(verifying('required'));
  const own = subscription();
  await billing.subscriptions.subscribe({ ...own, planId: PLAN, paymentReference: 'pay-1' });
  const renewal = { ...own, paymentReference: 'pay-2', paidAt: new Date().toISOString() };
  expect(await billing.subscriptions.renew(renewal)).toMatchObject({ replayed: false });
  const change = { ...own, key: 'up', planId: 'professional-monthly', paymentReference: 'pay-3' };
  await billing.subscriptions.changePlan(change);
  await billing.grants.create(grantOf(own.accountId));

  const proof = await sign({ commandHash: commandHashOf('renew', renewal) });
  const { workflow } = holdfast.temporal.client;
  const handle = workflow.getHandle(subscriptionWorkflowId(own.accountId, own.subscriptionId));
  const stolen = await handle.executeUpdate('renew', {
    args: [{ paymentReference: 'pay-4' }, proof],
  });
  expect(stolen).toMatchObject({
    ok: false,
    refusal: { code: 'PROOF_REJECTED', details: { check: COMMAND_CLAIM } },
  });
  await worker.stop();
});

test('a command that waited for a worker longer than its proof is valid is carried out', async () => {
  const request = grantOf(uniqueId('account'));
  // Five seconds after its end it counts no more, because clocks may differ by that.
  const exp = Math.floor(Date.now() / 1000) - 2;
  const proof = await signedUntil(exp, request);
  const handle = await startGrant(request, proof);
  await eventually(async () => Date.now() / 1000 > exp + 6);
  const worker = await holdfast.startWorker(verifying('required'));
  expect(await handle.result()).toMatchObject({ ok: true, grant: { credits: 7 } });
  const again = { ...request, key: uniqueId('key') };
  const late = await startGrant(again, await signedUntil(exp, again));
  expect(await late.result()).toMatchObject({
    refusal: { code: 'PROOF_REJECTED', details: { check: 'exp' } },
  });
  await worker.stop();
});

test('a worker that only warns carries everything out', async () => {
  const worker = await holdfast.startWorker(verifying('warn'));
  await holdfast.client.grants.create(grantOf(uniqueId('account')));
  await worker.stop();
});
