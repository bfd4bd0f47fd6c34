import type { Ledger, Outcome } from '../../ledger/ledger';

/** A call of the ledger that has a key, and its first answer. A repetition gets the same answer. */
export interface KeyedCall {
  /** The method, e.g. `subscriptions.renew`. */
  call: string;
  args: unknown[];
  /** The first answer's value. */
  value: unknown;
}

/** The ledger's operations that have keys. */
const KEYED = new Set([
  ...['grant', 'deduct', 'reserve', 'commit', 'release'],
  ...[
    'subscribe',
    'renew',
    'changePlan',
    'cancelAtPeriodEnd',
    'resume',
    'endNow',
    'expireTerm',
  ].map((name) => `subscriptions.${name}`),
  ...['open', 'settle', 'close'].map((name) => `purchases.${name}`),
  ...['setLimits', 'setLowBalance', 'setTopUp'].map((name) => `settings.${name}`),
]);

/** Wraps a ledger so that its calls with keys are recorded. A refusal throws. */
export function recordingCalls(ledger: Ledger, calls: KeyedCall[]): Ledger {
  const wrapped = (target: object, path: string): object =>
    new Proxy(target, {
      get(_, property) {
        const member: unknown = Reflect.get(target, property);
        const name = `${path}${String(property)}`;
        if (typeof member === 'object' && member !== null) return wrapped(member, `${name}.`);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const answer = await member.apply(target, args);
          if (isRefused(answer)) throw new Error(`${name} was refused: ${answer.refusal.message}`);
          if (KEYED.has(name)) calls.push({ call: name, args, value: answer.value });
          return answer;
        };
      },
    });
  return wrapped(ledger, '') as Ledger;
}

/** Repeats a recorded call. */
export function repeatCall(ledger: Ledger, { call, args }: KeyedCall): Promise<Outcome<unknown>> {
  const path = call.split('.');
  const method = path.pop() as string;
  const target = path.reduce<object>((object, name) => Reflect.get(object, name), ledger);
  return Reflect.get(target, method).apply(target, args);
}

function isRefused(answer: unknown): answer is Extract<Outcome<unknown>, { ok: false }> {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;
}
