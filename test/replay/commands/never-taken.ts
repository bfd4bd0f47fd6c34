/** Where no recorded history continues as a new run, by file and line; each with its reason. */
export const NEVER_CONTINUED: Record<string, Record<string, string>> = {
  'subscription/billing-cycle-workflow.ts': {
    'if (isRunLong()) return continueInNewRun(handlers, input);':
      'It takes an account that can hold no more credits. The run continues as all others do.',
  },
};

const OTHER_ERROR = 'No error but that of the SDK gets there.';
const FOR_TYPES = 'No record lacks it. The type allows it.';

/** The branches of purchases and of waiting that no recorded history takes. */
export const NEVER_TAKEN: Record<string, Record<string, string>> = {
  'generation/waiting.ts': {
    'if (isCancellation(error)) return false; [if 1]': OTHER_ERROR,
  },
  'purchase/purchase-details.ts': {
    'default: [switch 6]': FOR_TYPES,
    "return `**Refused: ${reason}.** ${message ?? ''} Nothing was charged; another attempt takes a new purchase id.`; [binary-expr 1]":
      FOR_TYPES,
    "priceCents !== undefined && currency ? moneyInWords(priceCents, currency) : 'nothing'; [cond-expr 1]":
      FOR_TYPES,
  },
  'purchase/purchase-workflow.ts': {
    'if (isShallow(request, JSON_DEPTH_MAX)) return purchaseHashOf(request); [if 1]':
      'It fails at its first task, and leaves nothing to replay.',
    "return closePurchase({ accountId, purchaseId, status: 'returned', reason: reason ?? 'returned' }); [binary-expr 1]":
      FOR_TYPES,
    'if (error instanceof ActivityFailure) return undefined; [if 1]': OTHER_ERROR,
    'if (!(error instanceof ActivityFailure)) throw error; [if 0]': OTHER_ERROR,
  },
  'purchase/uncertain-payment.ts': {
    'if (error instanceof ActivityFailure) return purchase; [if 0]':
      'A provider is asked for five minutes before.',
    'if (error instanceof ActivityFailure) return purchase; [if 1]': OTHER_ERROR,
  },
};
