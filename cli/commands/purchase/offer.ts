import type { HoldfastClient } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { shown } from '../../../contract/json';
import type { PackOnSale } from '../../../contract/prices';
import type { Screen } from '../../terminal/screen';
import { packInWords, timeInWords } from '../../words';

/** What a buyer is shown before the question. */
export interface Offer extends PackOnSale {
  /** Until when the credits would be valid: that of the account's subscription. Null where none is live. */
  validUntil: string | null;
}

/** @throws HoldfastError UNKNOWN_PACK, LEDGER_UNAVAILABLE */
export async function offerOf(
  client: HoldfastClient,
  accountId: string,
  packId: string,
): Promise<Offer> {
  const { packs } = await client.packs();
  const pack = packs.find((onSale) => onSale.packId === packId);
  if (pack === undefined) {
    const known = packs.map((onSale) => onSale.packId);
    const message = `The catalog sells no pack ${shown(packId)}; it sells ${known.join(', ') || 'none'}.`;
    throw new HoldfastError('UNKNOWN_PACK', message, { packId });
  }
  const subscription = await client.subscriptions.get(accountId);
  const isLive = subscription?.status === 'active' || subscription?.status === 'grace';
  return { ...pack, validUntil: isLive ? subscription.validUntil : null };
}

/**
 * The price that whoever is at the terminal has seen and accepted; undefined after a no.
 *
 * @throws HoldfastError INVALID_ARGUMENT where there is nobody to ask; SUBSCRIPTION_REQUIRED where there is nothing to ask
 */
export async function acceptedPrice(offer: Offer, screen: Screen): Promise<number | undefined> {
  const { packId, credits, priceCents, currency, validUntil } = offer;
  const inWords = packInWords({ ...offer, count: 1 });
  if (!screen.canAsk) {
    const message = `${inWords}. Pass --shown-price-cents ${priceCents} to buy it at that price.`;
    throw new HoldfastError('INVALID_ARGUMENT', message, {
      packId,
      credits,
      priceCents,
      currency,
      validUntil,
    });
  }
  if (validUntil === null) {
    const message = `Without a live subscription ${packId} would expire at once; subscribe first.`;
    throw new HoldfastError('SUBSCRIPTION_REQUIRED', message, { packId });
  }
  screen.note(
    `${inWords}, valid until ${timeInWords(validUntil)}, longer if the subscription is renewed.`,
  );
  return (await screen.confirm('Buy it?')) ? priceCents : undefined;
}
