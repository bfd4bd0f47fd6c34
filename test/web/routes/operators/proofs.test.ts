import { createProofSigner } from '../../../../client/client';
import type { ProvenCommand } from '../../../../contract/proof';
import { commandHashOf } from '../../../../domain/command-hash';
import { uniqueId } from '../../../workflows/harness';
import { expectProblem, openWeb, serviceToken, type Web } from '../../harness';

const SIGNER = {
  ...{ issuer: 'https://billing.example', audience: 'this-ledger' },
  secret: 'a secret of more than thirty-two bytes, for proofs',
};
const sign = createProofSigner({ ...SIGNER, subject: 'billing' });

let web: Web;
let token: string;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker({ commandProofs: { ...SIGNER, mode: 'required' } });
  token = await serviceToken('subscriptions:write', 'grants:write');
});
afterAll(() => web.close());

const proofOf = async (command: ProvenCommand, request: object) =>
  sign({ commandHash: commandHashOf(command, request) });

test('the caller’s proof is passed on, and without it nothing is added', async () => {
  const accountId = uniqueId('acme');
  const body = { planId: 'lite-monthly', paymentReference: 'inv-1' };
  const subscribe = async (headers = {}) =>
    web.ask(accountId, 'POST', '/subscriptions', { token, key: 'sub-1', body, headers });
  expectProblem(await subscribe(), 409, 'PROOF_REQUIRED');
  const request = { accountId, subscriptionId: 'sub-1', ...body };
  const other = await proofOf('subscribe', { ...request, subscriptionId: 'sub-2' });
  expectProblem(await subscribe({ 'holdfast-proof': other }), 409, 'PROOF_REJECTED');
  expectProblem(await subscribe({ 'holdfast-proof': 'x'.repeat(8_193) }), 400, 'INVALID_ARGUMENT');
  const proof = await proofOf('subscribe', request);
  expect((await subscribe({ 'holdfast-proof': proof })).status).toBe(201);

  const paid = { accountId, subscriptionId: 'sub-1', paymentReference: 'inv-2' };
  const renewed = await web.ask(accountId, 'POST', '/subscriptions/sub-1/renewals', {
    ...{ token, key: 'inv-2', body: {} },
    headers: { 'holdfast-proof': await proofOf('renew', paid) },
  });
  expect(renewed.body).toMatchObject({ subscription: { paidAhead: 1 } });
});

test('a grant’s proof is of a command by the token’s subject', async () => {
  const accountId = uniqueId('acme');
  const said = {
    ...{ credits: 20, source: 'promotion', reason: 'x' },
    expiresAt: '2099-01-01T00:00:00Z',
  };
  const grant = async (by: string) => {
    const proof = await proofOf('grant', { accountId, key: 'ticket-1', ...said, by });
    const headers = { 'holdfast-proof': proof };
    return web.ask(accountId, 'POST', '/grants', { token, key: 'ticket-1', body: said, headers });
  };
  expectProblem(await grant('the boss'), 409, 'PROOF_REJECTED');
  expect((await grant('studio')).status).toBe(201);
});
