import type { ImportedAccount, ImportRequest } from '../../contract/import';
import type { Outcome } from '../../contract/outcome';
import { refusalOf } from '../connection/answers';
import type { LedgerCalls } from '../connection/calls';

export type Imports = ReturnType<typeof imports>;

export function imports(calls: LedgerCalls) {
  return {
    /**
     * Takes accounts over from another system, each account once; an outcome for each line, in
     * their order, with the credits that it has brought. With `isDry` the outcomes are the same and
     * nothing stays. Refusals: IDEMPOTENCY_CONFLICT (the key, the subscription's id or a payment's
     * reference was used before with another content), SUBSCRIPTION_REQUIRED, EXPIRY_IN_PAST,
     * BALANCE_LIMIT_EXCEEDED; of a subscription also UNKNOWN_PLAN, INVALID_TIME_ZONE, INVALID_TIME,
     * SUBSCRIPTION_EXISTS, SUBSCRIPTION_LAPSED, IMPORT_PAYMENTS_MISSING,
     * IMPORT_REMAINDER_TOO_LARGE, CALENDAR_EXCEEDED.
     */
    async take(
      accounts: ImportedAccount[],
      { reason, by, isDry = false }: ImportRequest & { isDry?: boolean },
    ): Promise<Outcome<number>[]> {
      const answers = await calls.call('import_accounts', { accounts, reason, by, isDry });
      return answers.map((answer) =>
        'refusal' in answer
          ? { ok: false, refusal: refusalOf(answer.refusal) }
          : { ok: true, value: answer.credits, replayed: !answer.made },
      );
    },
  };
}
