import type { PricedValue } from '../../../contract/priced-values';
import type { Format } from './format';

/** `1 credit`, `150 credits` */
const credits = (format: Format, count: number) =>
  `${format.count(count)} ${count === 1 ? 'credit' : 'credits'}`;

/**
 * All texts of the page, in one place, so that they can be replaced by another language's. Times
 * are given in words.
 */
export const ENGLISH = {
  language: 'en',
  credits,
  unit: (count: number): string => (count === 1 ? 'credit' : 'credits'),

  /** The default page around the element. */
  page: {
    title: 'Credits',
    account: (account: string) => `Logged in as ${account}`,
    logOut: 'Log out',
  },

  headings: {
    balance: 'Your credits',
    next: 'What happens next',
    more: 'Get more credits',
    make: 'What you can make',
    went: 'Where your credits went',
    parts: 'What your credits are made of',
  },

  sources: {
    plan: (name: string | null) => name ?? 'Plan',
    pack: () => 'Bought',
    promotion: () => 'Promotion',
    adjustment: () => 'Adjustment',
  },

  balance: {
    reserved: (format: Format, reserved: number, running: number) =>
      `Reserved for ${running === 1 ? 'a generation that is being made' : `${format.count(running)} generations that are being made`}: ${format.count(reserved)}. What ${running === 1 ? 'it doesn’t' : 'they don’t'} use comes back.`,
    since: (at: string) => `since ${at}`,
    progress: (share: string, ago: string) => `${share} done, as of ${ago}`,
    other: (kind: string, status: string) => `${kind}: ${status}`,
    zero: 'You have no credits left.',
    zeroBuy: 'You have no credits left. Buy some, or wait for your next ones.',
    zeroReserved: 'All your credits are reserved right now. What isn’t used comes back.',
    low: (format: Format, below: number) =>
      `Running low: fewer than ${credits(format, below)} left.`,
    fresh: 'You haven’t had any credits yet. They arrive when your plan starts.',
    latest: (format: Format, kind: string, charged: number, moment: string) =>
      `Latest: ${kind}, ${moment}. ${charged === 0 ? 'Nothing was charged.' : `${credits(format, charged)} charged.`}`,
    pendingExpiry: (format: Format, ended: number) =>
      `${credits(format, ended)} can’t be used any more.`,
    frozen: (format: Format, frozen: number) =>
      `${credits(format, frozen)} are frozen until your bank has decided about the payment of their pack.`,
    owed: (format: Format, owed: number) =>
      `You owe ${credits(format, owed)}: they had been used when their pack was refunded. Your next credits pay that first.`,
    stopped: (kind: string | null, reason: string) =>
      kind === null
        ? `No generations can start right now: ${reason}`
        : `No ${kind} can start right now: ${reason}`,
    cancel: 'Cancel',
    cancelCosts: 'If you cancel it, you pay for what it has used by then.',
    cancelling: 'Cancelling …',
  },

  waiting: {
    one: (format: Format, kind: string, required: number) =>
      `${kind} waits for ${credits(format, required)}`,
    place: (format: Format, place: number) =>
      place === 1 ? 'next in line' : `number ${format.count(place)} in line`,
    until: (at: string) => `until ${at}`,
    short: (format: Format, kind: string, required: number, have: number) =>
      `The waiting ${kind} needs ${format.count(required)}; you have ${format.count(have)}: ${format.count(required - have)} short.`,
    why: 'It starts by itself once there are enough. Nothing is charged before.',
  },

  next: {
    renews: (format: Format, granted: number, day: string, inDays: string, plan: string) =>
      `+${format.count(granted)} on ${day} (${inDays}), when ${plan} renews.`,
    paidAhead: (format: Format, granted: number, day: string, inDays: string, plan: string) =>
      `+${format.count(granted)} on ${day} (${inDays}): ${plan}, paid already.`,
    carried: (format: Format, left: number, day: string) =>
      `Unused credits carry forward if you renew before ${day}. If you don’t, ${credits(format, left)} end then.`,
    carriedNone: (day: string) => `Unused credits carry forward if you renew before ${day}.`,
    changes: (plan: string, day: string) => `You change to ${plan} on ${day}.`,
    ends: (format: Format, left: number, day: string) =>
      `Your subscription ends on ${day}, and ${credits(format, left)} with it unless you renew by then.`,
    grace: (day: string) =>
      `A payment is due. Your credits stay usable until ${day}; renew by then to keep them.`,
    lapsed: (format: Format, left: number, day: string) =>
      `Your subscription ended on ${day}, so ${credits(format, left)} can’t be used.`,
    window: (at: string) =>
      `If you paid before it ended, they come back as soon as we hear of the payment, until ${at}.`,
    closed: (day: string) => `Your subscription ended on ${day}. Unused credits ended with it.`,
    other: (status: string) => `Your subscription is “${status}”.`,
    none: 'You have no subscription. A plan brings credits every billing cycle, and lets you buy more.',
    promotion: (format: Format, left: number, source: string, day: string) =>
      `${credits(format, left)} (${source}) end on ${day}.`,
    renew: 'Renew or change your plan',
    subscribe: 'Choose a plan',
  },

  more: {
    each: (price: string) => `${price} per credit`,
    saves: (share: string) => `save ${share}`,
    buy: (price: string) => `Buy for ${price}`,
    ask: (format: Format, count: number, price: string) =>
      `Buy ${credits(format, count)} for ${price}?`,
    rules: (day: string | null) =>
      day === null
        ? 'Usable at once. Credits are non-refundable.'
        : `Usable at once, until ${day} unless you renew. Credits are non-refundable.`,
    changed: (format: Format, count: number, now: string, earlier: string) =>
      `The price has changed: ${credits(format, count)} cost ${now} now, not ${earlier}. Nothing was charged.`,
    never: 'Not now',
    close: 'Close',
    sending: 'Paying …',
    pending:
      'Your bank hasn’t decided yet. The credits arrive as soon as it has, also if you leave this page.',
    unknown:
      'No answer came, so we don’t know yet whether you were charged. Trying again never charges twice.',
    other: (status: string) =>
      `The payment is “${status}”, so we don’t know yet whether you were charged. Trying again never charges twice.`,
    again: 'Try again',
    done: (format: Format, count: number, day: string | null) =>
      `${credits(format, count)} added. ${day === null ? '' : `They are valid until ${day} unless you renew.`}`,
    declined: 'Your bank declined the payment. Nothing was charged.',
    returned: 'Your subscription ended before the payment arrived. The money goes back to you.',
    subscribeFirst: 'Packs need a running subscription, because bought credits end with it.',
    none: 'No packs are on sale at the moment.',
  },

  topUp: {
    title: 'Automatic top-up and low-balance notice',
    on: (format: Format, count: number, below: number) =>
      `On: buys ${credits(format, count)} when fewer than ${format.count(below)} are left.`,
    off: 'Off. Turn it on, and a pack is bought when you run low.',
    spent: (spent: string, cap: string) => `${spent} of at most ${cap} spent this month.`,
    stopped: (why: string) =>
      why === 'price-changed'
        ? 'It has stopped: the pack costs more than when you saved this. Save it again to let it go on.'
        : `It has stopped: ${why}. Save it again to let it go on.`,
    retry: (at: string) => `The last payment was declined. It tries again on ${at}.`,
    enable: 'Buy a pack automatically',
    pack: 'Pack',
    packOption: (format: Format, count: number, price: string) =>
      `${credits(format, count)} for ${price}`,
    below: 'When fewer credits are left than',
    cap: (currency: string) => `At most per month, in ${currency}`,
    save: 'Save',
    saveAndBuy: (format: Format, count: number, price: string) =>
      `Save and buy ${format.count(count)} for ${price} now`,
    saving: 'Saving …',
    saved: 'Saved.',
    savedAndBuys: (format: Format, count: number, price: string) =>
      `Saved. ${credits(format, count)} for ${price} are being bought now.`,
    notKnown: (moment: string) =>
      `No answer came, so it isn’t known whether this was saved. After ${moment} it won’t be.`,
    noticeTitle: 'Tell me when fewer credits are left than',
    noticeHint: 'Empty: never.',
    rules: 'Each purchase is charged as if you had bought it yourself. Credits are non-refundable.',
  },

  /** The values of each dimension of a price, which follow the kind or its length. */
  dimensions: {
    audio: { false: 'without audio', true: 'with audio' },
  } satisfies Record<PricedValue['dimension'], Record<string, string>>,

  make: {
    each: (format: Format, count: number) => `${credits(format, count)} per generation`,
    eachUnit: (format: Format, count: number, per: number) =>
      `${credits(format, count)} per ${per === 1 ? 'second' : format.seconds(per)}`,
    atMost: (length: string) => `up to ${length}`,
    length: (name: string) => `Length of ${name}`,
    lengthExact: (name: string) => `Length of ${name}, in seconds`,
    unit: 's',
    result: (format: Format, price: number) => `${credits(format, price)}:`,
    count: (format: Format, count: number) =>
      count === 1 ? 'you can make one of these' : `you can make ${format.count(count)} of these`,
    range: (format: Format, longest: string) =>
      `Please enter ${format.count(0.001)} to ${longest}.`,
    short: (format: Format, price: number, have: number) =>
      `This would cost ${format.count(price)} and you have ${format.count(have)}.`,
    /** The remedies, each of which is a button; either may be missing. */
    ways: (buy: string | null, shorten: string | null) => {
      if (buy === null) return shorten === null ? '' : `You can ${shorten}.`;
      return shorten === null ? `${buy}.` : `${buy}, or ${shorten}.`;
    },
    buy: (format: Format, count: number, price: string) =>
      `Buy ${format.count(count)} for ${price}`,
    shorten: (length: string) => `make it ${length} long`,
    none: 'No generation types are offered at the moment.',
  },

  went: {
    period: 'Period',
    days: (format: Format, days: number) => `${format.count(days)} days`,
    kind: 'Type',
    allKinds: 'All types',
    chart: 'Credits used per day',
    total: (format: Format, total: number, days: number) =>
      `${credits(format, total)} used in ${format.count(days)} days`,
    onDay: (day: string, parts: string[]) =>
      `${day}: ${parts.length === 0 ? 'nothing' : parts.join(', ')}`,
    part: (format: Format, kind: string, used: number) => `${kind} ${format.count(used)}`,
    unused: (format: Format, days: number, kind: string | null) =>
      `No credits were used${kind === null ? '' : ` for ${kind}`} in the last ${format.count(days)} days.`,
    asTable: 'Show as table',
    day: 'Day',
    sum: 'Total',
    fresh: 'Nothing yet. What each generation cost is listed here, with its receipt.',
    nothing: (format: Format, days: number, kind: string | null) =>
      `Nothing happened${kind === null ? '' : ` with ${kind}`} in the last ${format.count(days)} days.`,
    more: 'Show more',
    loadingMore: 'Loading …',
    failed: 'This can’t be shown right now.',
    csv: 'Download as CSV',
    csvBusy: 'Preparing …',
    csvFailed: 'The file could not be prepared.',
    change: (change: string, count: number) =>
      `${change} ${Math.abs(count) === 1 ? 'credit' : 'credits'}`,
    running: (format: Format, reserved: number) => `reserved ${format.count(reserved)}`,
    uncharged: 'nothing charged',
    granted: {
      plan: (plan: string | null) => plan ?? 'Plan',
      pack: (format: Format, count: number) => `Bought ${credits(format, count)}`,
      promotion: 'Promotion',
      adjustment: 'Adjustment',
      unknown: 'Credits added',
    },
    expired: (format: Format, count: number) => `${credits(format, count)} ended`,
    deducted: 'Correction',
    refunded: (format: Format, count: number) => `${credits(format, count)} of a refunded pack`,
    notRefunded: 'Came back: the refund was not made',
    owed: (format: Format, count: number) =>
      `${credits(format, count)} owed: used before their pack was refunded`,
    repaid: 'Paid what you owed',
    frozen: (format: Format, count: number) =>
      `${credits(format, count)} frozen: your bank looks at the payment of their pack`,
    unfrozen: (format: Format, count: number) => `${credits(format, count)} no longer frozen`,
    lost: (format: Format, count: number) =>
      `${credits(format, count)} of a pack whose payment your bank took back`,
    receipt: {
      loading: 'Loading the receipt …',
      failed: 'The receipt can’t be shown right now.',
      quoted: 'Quoted',
      charged: 'Charged',
      returned: 'Returned',
      length: 'Length',
      started: 'Started',
      ended: 'Ended',
      from: 'Paid from',
      heldFrom: 'Held from',
      output: 'Result',
      open: 'Open',
      why: 'Why',
      cancelled: (format: Format, charged: number, reserved: number) =>
        `It was cancelled; ${format.count(charged)} of ${credits(format, reserved)} were used by then.`,
      id: 'Request',
    },
    reasons: {
      cancelled: 'It was cancelled in time.',
      orphaned: 'It was interrupted before it was done.',
      'timed-out': 'It took too long and was stopped.',
      ADMISSION_TIMED_OUT: 'It could not start in time.',
      WAIT_TIMED_OUT: 'The credits that it waited for didn’t come in time.',
      PRICE_CHANGED: 'The price had changed while it waited.',
      PROVIDER_FAULT: 'The service that should have made it gave no answer that makes sense.',
      'content-refused': 'The content was refused.',
    } as Record<string, string>,
  },

  parts: {
    order: 'Used from top to bottom.',
    left: (format: Format, left: number, of: number) =>
      `${format.count(left)} of ${credits(format, of)} left`,
    until: (day: string) => `until ${day}`,
    withPlan: (day: string) => `until ${day}, longer if you renew`,
    none: 'Nothing yet. Credits from your plan, from packs and from promotions are listed here.',
  },

  connection: {
    offline:
      'We can’t reach the server right now. These are the latest figures we have; your credits are safe.',
    offlineEmpty: 'We can’t reach the server right now. Nothing was charged. We keep trying.',
    expired: 'Your login has expired. Your credits are safe. Log in again to see how they stand.',
    login: 'Log in again',
    error: 'Your credits can’t be shown right now. Nothing was charged.',
    code: (code: string) => `Code for support: ${code}`,
    retry: 'Try again',
    loading: 'Loading your credits …',
  },

  problems: {
    /** Each says first what happened to the credits. */
    nothing: 'Nothing was charged.',
    SUBSCRIPTION_REQUIRED: 'Nothing was charged. Packs need a running subscription.',
    UNKNOWN_PACK: 'Nothing was charged. This pack is no longer sold.',
    CANCEL_LIMIT_REACHED: 'Nothing was changed. That was too often, so it runs on.',
    RATE_LIMITED: 'Nothing was charged. That was too often; try again in a minute.',
    INVALID_MONTHLY_CAP: 'Nothing was changed. The monthly limit is below the price of one pack.',
    INVALID_THRESHOLD: 'Nothing was changed. Please enter a whole number above 0.',
    TOP_UP_THRESHOLD_TOO_HIGH: 'Nothing was changed. The threshold must be below one pack.',
    ADMISSION_STOPPED: 'Nothing was charged. Your account is stopped at the moment.',
    ACCOUNT_IN_DEBT: 'Nothing was charged. You owe credits of a refunded pack; buy some first.',
    PAYMENT_METHOD_NOT_OWNED: 'Nothing was charged. This payment method is not yours.',
    PAYMENT_METHOD_REFUSED: 'Nothing was charged. Use another payment method.',
    PAYMENT_ATTEMPTS_EXCEEDED:
      'Nothing was charged. Too many payments have failed; try again later.',
    PURCHASE_LIMIT_REACHED: 'Nothing was charged. That is all for today; try again tomorrow.',
    offline: 'No answer came. Try again when you are online.',
    unchanged: 'Nothing was changed.',
  } as Record<string, string>,
};

export type Words = typeof ENGLISH;

/** Another language's words. English ones stand in for dimensions that it hasn't. */
export type Translation = Omit<Words, 'dimensions'> & {
  dimensions: Partial<Words['dimensions']>;
};
