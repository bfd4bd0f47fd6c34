import type Stripe from 'stripe';

export interface StripeClientOptions {
  /** A secret or restricted key of Stripe's API. */
  apiKey: string;
  /** Where its API is. */
  apiUrl: string;
}

/** A call of a provider has 25 seconds, and a charge takes up to four requests. */
const TIMEOUT_MS = 6_000;

/** Stripe's client, loaded when it is first used: most installations have another provider. */
export function stripeClient({ apiKey, apiUrl }: StripeClientOptions): () => Promise<Stripe> {
  let opened: Promise<Stripe> | undefined;
  const open = async () => {
    const { default: StripeOfPackage } = await import('stripe');
    const at = addressOf(new URL(apiUrl));
    // Holdfast repeats calls itself, and asks for the state before it does.
    const options = { maxNetworkRetries: 0, timeout: TIMEOUT_MS, telemetry: false, ...at };
    return new StripeOfPackage(apiKey, options) as unknown as Stripe;
  };
  return () => {
    opened ??= open();
    return opened;
  };
}

function addressOf({ protocol, hostname, port }: URL) {
  const isPlain = protocol === 'http:';
  return {
    protocol: isPlain ? ('http' as const) : ('https' as const),
    host: hostname,
    port: port || (isPlain ? 80 : 443),
  };
}
