import fc from 'fast-check';
import { HoldfastError, type Subscription } from '../../../client/client';
import { brokenIn } from '../../ledger/ledger-support';
import { LITE, PROFESSIONAL, Subscribers } from './subscribers';

const operation = fc.constantFrom('cancel', 'resume', 'upgrade', 'downgrade', 'renew');
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

type Standing = Pick<
  Subscription,
  'cancelAtPeriodEnd' | 'paidCycle' | 'planId' | 'scheduledPlanId' | 'nextPlanId'
>;

const BEGUN: Standing = {
  cancelAtPeriodEnd: false,
  paidCycle: 1,
  planId: LITE,
  scheduledPlanId: null,
  nextPlanId: LITE,
};

/** Applies one operation by the rules. `paidFor` is the plan of the last paid cycle. */
function after(
  standing: Standing,
  paidFor: string,
  done: Operation,
): { standing: Standing; paidFor: string } {
  switch (done) {
    case 'cancel':
      return { standing: { ...standing, cancelAtPeriodEnd: true }, paidFor };
    case 'resume':
      return { standing: { ...standing, cancelAtPeriodEnd: false }, paidFor };
    case 'renew':
      return {
        standing: { ...standing, paidCycle: standing.paidCycle + 1, scheduledPlanId: null },
        paidFor: standing.nextPlanId,
      };
    case 'upgrade':
      return takePlan(standing, paidFor, PROFESSIONAL);
    case 'downgrade':
      return takePlan(standing, paidFor, LITE);
  }
}

function takePlan(
  standing: Standing,
  paidFor: string,
  planId: string,
): { standing: Standing; paidFor: string } {
  if (planId === paidFor)
    return { standing: { ...standing, scheduledPlanId: null, nextPlanId: planId }, paidFor };
  const isUpgrade = planId === PROFESSIONAL && standing.planId === LITE;
  if (!isUpgrade)
    return { standing: { ...standing, scheduledPlanId: planId, nextPlanId: planId }, paidFor };
  return {
    standing: { ...standing, planId, scheduledPlanId: null, nextPlanId: planId },
    paidFor: planId,
  };
}

interface Answer {
  operation: Operation;
  standing: Standing;
}

/** True if the operations give these answers in some sequence. */
function isSomeOrder(answers: Answer[], standing = BEGUN, paidFor = LITE): boolean {
  if (answers.length === 0) return true;
  return answers.some((answer, index) => {
    const next = after(standing, paidFor, answer.operation);
    const fits = JSON.stringify(next.standing) === JSON.stringify(answer.standing);
    return fits && isSomeOrder(answers.toSpliced(index, 1), next.standing, next.paidFor);
  });
}

describe('simultaneous commands to a subscription', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open();
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  function perform(
    account: string,
    operation: Operation,
    key: string,
  ): Promise<{ subscription: Subscription }> {
    switch (operation) {
      case 'cancel':
        return subs.cancel(account, key);
      case 'resume':
        return subs.resume(account, key);
      case 'renew':
        return subs.renew(account, key);
      case 'upgrade':
        return subs.changePlan(account, PROFESSIONAL, key, key);
      case 'downgrade':
        return subs.changePlan(account, LITE, undefined, key);
    }
  }

  /** The answer, or null if it was refused, which only a resume may be. */
  async function tell(
    account: string,
    operation: Operation,
    index: number,
  ): Promise<Answer | null> {
    try {
      const { subscription } = await perform(account, operation, `${operation}-${index}`);
      return { operation, standing: standingOf(subscription) };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      expect([operation, error.code]).toEqual(['resume', 'SUBSCRIPTION_NOT_CANCELLED']);
      return null;
    }
  }

  test('have the answers of some sequence of them, and nothing is lost or doubled', async () => {
    const scripts = fc.array(operation, { minLength: 8, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(scripts, async (operations) => {
        const account = await subs.subscribed();
        const told = await Promise.all(
          operations.map((operation, index) => tell(account, operation, index)),
        );
        const answers = told.flatMap((answer) => answer ?? []);
        expect({ answers, isSomeOrder: isSomeOrder(answers) }).toEqual({
          answers,
          isSomeOrder: true,
        });
        const { paidCycle, planId } = await subs.subscription(account);
        expect(paidCycle).toBe(1 + operations.filter((operation) => operation === 'renew').length);
        expect(await subs.balance(account)).toMatchObject({ granted: planId === LITE ? 150 : 350 });
        await subs.endNow(account);
        expect(await brokenIn(subs.holdfast.ledger)).toEqual([]);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

function standingOf({
  cancelAtPeriodEnd,
  paidCycle,
  planId,
  scheduledPlanId,
  nextPlanId,
}: Subscription): Standing {
  return { cancelAtPeriodEnd, paidCycle, planId, scheduledPlanId, nextPlanId };
}
