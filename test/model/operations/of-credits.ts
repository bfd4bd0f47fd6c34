import type { GrantBody } from '../../../contract/grant';
import { deduct, expire, type GrantSaid, grant, grantByWorkflow } from '../rules/grants';
import { balanceOf } from '../rules/reading';
import { done } from '../rules/state';
import { iso } from '../rules/time';
import { type OfAccount, sides } from './sides';

export const ofCredits = {
  grant: sides<OfAccount<{ key: string; said: GrantSaid }>>({
    rules: (world, { accountId, key, said }) => grant(world, accountId, key, said),
    books: ({ ledger }, { accountId, key, said }) =>
      ledger.grant(accountId, key, said as GrantBody),
  }),
  grantByWorkflow: sides<
    OfAccount<{
      key: string;
      said: GrantSaid;
      limits: { creditsMax: number; creditsPerDay: number } | null;
    }>
  >({
    rules: (world, { accountId, key, said, limits }) =>
      grantByWorkflow(world, accountId, key, said, limits),
    books: ({ ledger }, { accountId, key, said, limits }) =>
      ledger.grants.byWorkflow(accountId, key, said as GrantBody, limits ?? undefined),
  }),
  deduct: sides<OfAccount<{ key: string; said: { credits: number; reason: string; by: string } }>>({
    rules: (world, { accountId, key, said }) => deduct(world, accountId, key, said),
    books: ({ ledger }, { accountId, key, said }) => ledger.deduct(accountId, key, said),
  }),
  expire: sides<OfAccount<object>>({
    rules: (world, { accountId }) => expire(world, accountId),
    books: ({ ledger }, { accountId }) => ledger.expire(accountId),
  }),
  balance: sides<OfAccount<{ asOf?: number }>>({
    rules: (world, { accountId, asOf }) => done(balanceOf(world, accountId, asOf)),
    books: ({ ledger }, { accountId, asOf }) =>
      ledger.balance(accountId, asOf === undefined ? undefined : (iso(asOf) as string)),
  }),
};
