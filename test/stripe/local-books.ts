import published from './published-objects.json';

export type Params = Record<string, string | Record<string, string>>;

/** An error of Stripe's API. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly error: Record<string, unknown>,
  ) {
    super(String(error.code));
  }
}

/** How a card behaves: as its name says, or declined with that code. */
export type Behaviour = 'pays' | 'processes' | (string & {});

interface Intent {
  id: string;
  created: number;
  amount: number;
  currency: string;
  customer: string | null;
  metadata: Record<string, string>;
  status: string;
  last_payment_error: object | null;
  amount_received: number;
  latest_charge: { id: string; refunded: boolean; amount_refunded: number } | null;
}

interface LocalRefund {
  id: string;
  payment_intent: string;
  amount: number;
  currency: string;
  metadata: Record<string, string>;
  status: string;
}

const DECLINES_WITH_CODE = ['authentication_required', 'expired_card', 'incorrect_number'];

/** What Stripe keeps, as far as payments go. */
export class LocalBooks {
  readonly intents: Intent[] = [];
  readonly refunds: LocalRefund[] = [];
  /** How the next refund stands at first. */
  nextRefund = 'succeeded';
  /** Whether the search is behind, and finds no payment that was made since. */
  #searchable: number | null = null;
  readonly #customers: Record<string, unknown>[] = [];
  readonly #methods = new Map<string, { customer: string; behaviour: Behaviour }>();

  /** A customer of the account, whose invoices are paid with the card. */
  addCustomer(account: string, card: string | null = null): string {
    const id = `cus_${this.#customers.length + 1}`;
    this.#customers.push({
      ...published.customer,
      ...{ id, created: this.#customers.length, metadata: { holdfast_account: account } },
      invoice_settings: { ...published.customer.invoice_settings, default_payment_method: card },
    });
    return id;
  }

  addCard(customer: string, id: string, behaviour: Behaviour = 'pays'): void {
    this.#methods.set(id, { customer, behaviour });
  }

  /** The search finds nothing that is made from now on, until it is caught up. */
  holdSearch(isBehind: boolean): void {
    this.#searchable = isBehind ? this.intents.length : null;
  }

  /** A payment that was processing is decided. */
  decide(id: string, isPaid: boolean): void {
    const intent = this.#intent(id);
    if (isPaid) this.#take(intent);
    else Object.assign(intent, declinedWith('insufficient_funds'));
  }

  /** Money that was taken and not given back, in minor units. */
  get taken(): number {
    const paid = this.intents.reduce((sum, { amount_received }) => sum + amount_received, 0);
    return paid - this.refunds.reduce((sum, { amount }) => sum + amount, 0);
  }

  answer(method: string, path: string, params: Params): object {
    const [, , resource = '', id = '', action = ''] = path.split('/');
    const asked = `${method} ${resource}${id && (id === 'search' ? '/search' : '/:id')}${action && `/${action}`}`;
    switch (asked) {
      case 'GET customers/search':
        return searchResult(this.#customers.filter((one) => isSearched(one, params)));
      case 'GET payment_methods/:id':
        return { ...published.payment_method, id, customer: this.#method(id).customer };
      case 'GET payment_intents/search':
        return searchResult(
          this.intents
            .slice(0, this.#searchable ?? undefined)
            .filter((one) => isSearched(one, params)),
        );
      case 'GET payment_intents':
        return list(this.intents.filter(({ customer }) => customer === params.customer));
      case 'GET payment_intents/:id':
        return this.#intent(id);
      case 'POST payment_intents':
        return this.#create(params);
      case 'POST payment_intents/:id/cancel':
        return this.#cancel(id);
      case 'GET refunds':
        return list(this.refunds.filter((one) => one.payment_intent === params.payment_intent));
      case 'POST refunds':
        return this.#refund(params);
      default:
        throw new Refused(404, { type: 'invalid_request_error', code: 'url_invalid' });
    }
  }

  #create(params: Params): Intent {
    const intent: Intent = {
      ...published.payment_intent,
      id: `pi_${this.intents.length + 1}`,
      created: Math.floor(Date.now() / 1000),
      amount: Number(params.amount),
      currency: String(params.currency),
      customer: typeof params.customer === 'string' ? params.customer : null,
      metadata: params.metadata as Record<string, string>,
      status: 'requires_payment_method',
      ...{ last_payment_error: null, amount_received: 0, latest_charge: null },
    };
    const method = params.payment_method && this.#method(String(params.payment_method));
    this.intents.push(intent);
    if (!method || params.confirm !== 'true') return intent;
    if (method.behaviour === 'processes') intent.status = 'processing';
    else if (method.behaviour === 'pays') this.#take(intent);
    else {
      Object.assign(intent, declinedWith(method.behaviour));
      throw new Refused(402, { ...intent.last_payment_error, payment_intent: intent });
    }
    return { ...intent };
  }

  #take(intent: Intent): void {
    const latest_charge = { id: `ch_${intent.id}`, refunded: false, amount_refunded: 0 };
    Object.assign(intent, { status: 'succeeded', amount_received: intent.amount, latest_charge });
  }

  #cancel(id: string): Intent {
    const intent = this.#intent(id);
    if (['succeeded', 'processing', 'canceled'].includes(intent.status))
      throw new Refused(400, {
        ...{ type: 'invalid_request_error', code: 'payment_intent_unexpected_state' },
      });
    intent.status = 'canceled';
    return intent;
  }

  #refund(params: Params): object {
    const intent = this.#intent(String(params.payment_intent));
    if (intent.latest_charge?.refunded)
      throw new Refused(400, { type: 'invalid_request_error', code: 'charge_already_refunded' });
    if (!intent.latest_charge) throw new Refused(400, { type: 'invalid_request_error' });
    const left = intent.amount - intent.latest_charge.amount_refunded;
    if (Number(params.amount ?? left) > left)
      throw new Refused(400, { type: 'invalid_request_error', code: 'amount_too_large' });
    const amount = Number(params.amount ?? intent.amount - intent.latest_charge.amount_refunded);
    intent.latest_charge.amount_refunded += amount;
    intent.latest_charge.refunded = intent.latest_charge.amount_refunded === intent.amount;
    const refund = {
      ...published.refund,
      ...{ id: `re_${this.refunds.length + 1}`, payment_intent: intent.id, amount },
      ...{ currency: intent.currency, status: this.nextRefund },
      metadata: (params.metadata ?? {}) as Record<string, string>,
    };
    this.refunds.push(refund);
    return refund;
  }

  #intent(id: string): Intent {
    const found = this.intents.find((intent) => intent.id === id);
    if (found) return found;
    throw new Refused(404, { type: 'invalid_request_error', code: 'resource_missing' });
  }

  #method(id: string) {
    const found = this.#methods.get(id);
    if (found) return found;
    throw new Refused(404, { type: 'invalid_request_error', code: 'resource_missing' });
  }
}

function declinedWith(code: string) {
  const isOwn = DECLINES_WITH_CODE.includes(code);
  return {
    status: 'requires_payment_method',
    last_payment_error: {
      type: 'card_error',
      ...(isOwn ? { code } : { code: 'card_declined', decline_code: code }),
    },
  };
}

/** `metadata['name']:'value'` */
function isSearched({ metadata }: { metadata?: unknown }, { query }: Params): boolean {
  const [, name = '', value] = /^metadata\['(\w+)'\]:'([^']*)'$/.exec(String(query)) ?? [];
  return (metadata as Record<string, string>)[name] === value;
}

const list = (data: unknown[]) => ({ object: 'list', url: '/v1', has_more: false, data });
const searchResult = (data: unknown[]) => ({ ...list(data), object: 'search_result' });
