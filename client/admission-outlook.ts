import type { EffectiveCatalog } from '../contract/catalog';
import { HoldfastError, type Refusal } from '../contract/errors';
import type { GenerationRequest } from '../contract/generation';
import type { LedgerReader } from '../contract/ledger-reader';
import type { PackOffer, Quote } from '../contract/prices';
import { requestBodyOf } from '../domain/generation/request-body';
import { waitLimitOf } from '../domain/generation/waiting-place';
import { packsCovering } from '../domain/pricing/packs';
import { quote } from '../domain/pricing/quote';
import { askBriefly } from './ask-briefly';

/** A refusal that needs no workflow; `packs` would cover a shortfall. */
export interface EarlyRefusal {
  refusal: Refusal;
  packs?: PackOffer[];
}

/** What the ledger says of a request before its workflow is started. */
export interface RequestOutlook {
  refused?: EarlyRefusal;
  /** Its workflow is about to refuse it, for lack of credits alone. */
  isShort: boolean;
}

const NOTHING_KNOWN: RequestOutlook = { isShort: false };

/** Asks the ledger about requests before their workflows are started. */
export class AdmissionOutlooks {
  readonly #reader: LedgerReader;
  #cached: EffectiveCatalog | undefined;

  constructor(reader: LedgerReader) {
    this.#reader = reader;
  }

  /**
   * The refusal that the request meets before its credits are looked at. None if it meets none, if
   * the ledger has an answer under its id, or if the ledger can't be asked: then its workflow
   * answers.
   */
  async of(request: GenerationRequest): Promise<RequestOutlook> {
    return (await askBriefly(() => this.#ask(request))) ?? NOTHING_KNOWN;
  }

  /** An old catalog can't refuse: what it refuses is asked again with the catalog in force. */
  async #ask(request: GenerationRequest): Promise<RequestOutlook> {
    const outlook = this.#cached && (await this.#judge(request, this.#cached));
    if (outlook && !outlook.refused) return outlook;
    this.#cached = await this.#reader.effectiveCatalog();
    const judged = await this.#judge(request, this.#cached);
    // A new version took effect just now. The workflow quotes again.
    return judged.refused?.refusal.code === 'STALE_CATALOG' ? NOTHING_KNOWN : judged;
  }

  async #judge(request: GenerationRequest, effective: EffectiveCatalog): Promise<RequestOutlook> {
    const quoted = quoteOrRefusal(request, effective);
    const isPriced = !('code' in quoted);
    // An outlook compares no inputs.
    const { inputHash: _, ...body } = requestBodyOf(request);
    const { known, refusal, isShort } = await this.#reader.admissionOutlook({
      accountId: request.accountId,
      requestId: request.requestId,
      body,
      ...(isPriced && { quote: quoted }),
      wait: waitLimitOf(request),
    });
    if (known) return NOTHING_KNOWN;
    if (!isPriced) return { refused: { refusal: quoted }, isShort };
    if (!refusal) return { isShort };
    if (refusal.code !== 'INSUFFICIENT_CREDITS') return { refused: { refusal }, isShort };
    const packs = packsCovering(Number(refusal.details?.shortfall), effective.catalog);
    return { refused: { refusal, packs }, isShort };
  }
}

function quoteOrRefusal(request: GenerationRequest, effective: EffectiveCatalog): Quote | Refusal {
  try {
    return quote(request, effective);
  } catch (error) {
    if (error instanceof HoldfastError) return error.toRefusal();
    throw error;
  }
}
