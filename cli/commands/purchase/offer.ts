import type { HoldfastClient } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { shown } from '../../../contract/json';
import type { PackOnSale } from '../../../contract/prices';
import type { Screen } from '../../terminal/screen';
import { packInWords, timeInWords } from '../../words';

/** The pack that a buyer is shown before the question. */
export interface Offer extends PackOnSale {
  /** The end of the credits' validity, by the account's subscription; null if none is live. */
  validUntil: string | null;
}

/**
 * A pack on sale, as it would be offered to the account.
 *
 * @throws HoldfastError UNKNOWN_PACK, LEDGER_UNAVAILABLE
 */
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
 * The price in minor units (cents) that the person at the terminal has accepted; undefined after a
 * no.
 *
 * @throws HoldfastError INVALID_ARGUMENT if there is no terminal to ask at; SUBSCRIPTION_REQUIRED
 *   without a live subscription
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
