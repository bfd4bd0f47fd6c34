import { topUpWorkflowId } from '../../../client/client';
import type { Customer } from './product';
import { untilAnswered } from './until-answered';

/** Sets a threshold that no earlier change had, so that the last one shows. */
export async function changeSettings(customer: Customer): Promise<void> {
  const { accountId, asked, product, random } = customer;
  const { settings } = product.client;
  const key = customer.nextId();
  const credits = 1 + (asked.lowBalances.get(accountId) ?? 0);
  const set = await untilAnswered(customer, 'set a threshold', key, () =>
    settings.setLowBalance({ accountId, key, lowBalance: [{ credits }] }),
  );
  if (set.ok) asked.lowBalances.set(accountId, credits);
  else asked.findings.push(`settings ${key} of ${accountId} were refused: ${set.code}`);
  if (!random.chance(0.3)) return;
  const kind = random.among(['text-to-speech', 'ai-avatar']);
  const stop = { accountId, kind, reason: 'Chaos', by: 'chaos' };
  await untilAnswered(customer, 'stop', key, () => settings.stop({ ...stop, key: `${key}-stop` }));
  await untilAnswered(customer, 'admit', key, () =>
    settings.admit({ ...stop, key: `${key}-admit` }),
  );
}

/** From then on the account buys a pack by itself when it runs low; or no longer. */
export async function switchTopUp(customer: Customer, isOn: boolean): Promise<void> {
  const { accountId, product } = customer;
  const key = customer.nextId();
  if (isOn) customer.asked.running.add(topUpWorkflowId(accountId));
  const topUp = { packId: 'pack-125', belowCredits: 15, monthlyCapCents: 1_000_000 };
  await untilAnswered(customer, 'set a top-up', key, () =>
    product.client.settings.setTopUp({ accountId, key, topUp: isOn ? topUp : null }),
  );
}
