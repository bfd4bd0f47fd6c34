import { setTimeout as pause } from 'node:timers/promises';
import type { EffectiveCatalog } from '../contract/catalog';
import { HoldfastError, type Refusal } from '../contract/errors';
import type { GenerationRequest } from '../contract/generation';
import type { LedgerReader } from '../contract/ledger-reader';
import type { PackOffer, Quote } from '../contract/prices';
import { requestBodyOf } from '../domain/generation/request-body';
import { waitLimitOf } from '../domain/generation/waiting-place';
import { packsCovering } from '../domain/pricing/packs';
import { quote } from '../domain/pricing/quote';

/** A ledger that takes longer is not waited for: the request's workflow asks it, with patience. */
const ASK_WITHIN_MS = 2_000;

/** A refusal that needs no workflow; `packs` would cover a shortfall. */
export interface EarlyRefusal {
  refusal: Refusal;
  packs?: PackOffer[];
}

/** Asks the ledger about requests before their workflows are started. */
export class AdmissionOutlooks {
  readonly #reader: LedgerReader;
  #cached: EffectiveCatalog | undefined;

  constructor(reader: LedgerReader) {
    this.#reader = reader;
  }

  /**
   * The refusal that the request meets before its credits are looked at. Undefined if it meets
   * none, if the ledger has an answer under its id, or if the ledger can't be asked: then its
   * workflow answers.
   */
  async refusalOf(request: GenerationRequest): Promise<EarlyRefusal | undefined> {
    const asked = new AbortController();
    const tooLate = pause(ASK_WITHIN_MS, undefined, { signal: asked.signal }).catch(
      () => undefined,
    );
    try {
      return await Promise.race([this.#ask(request), tooLate]);
    } catch (error) {
      if (error instanceof HoldfastError) return undefined;
      throw error;
    } finally {
      asked.abort();
    }
  }

  /** An old catalog can't refuse: what it refuses is asked again with the catalog in force. */
  async #ask(request: GenerationRequest): Promise<EarlyRefusal | undefined> {
    if (this.#cached && !(await this.#judge(request, this.#cached))) return undefined;
    this.#cached = await this.#reader.effectiveCatalog();
    const refused = await this.#judge(request, this.#cached);
    // A new version took effect just now. The workflow quotes again.
    return refused?.refusal.code === 'STALE_CATALOG' ? undefined : refused;
  }

  async #judge(
    request: GenerationRequest,
    effective: EffectiveCatalog,
  ): Promise<EarlyRefusal | undefined> {
    const quoted = quoteOrRefusal(request, effective);
    const isPriced = !('code' in quoted);
    // An outlook compares no inputs.
    const { inputHash: _, ...body } = requestBodyOf(request);
    const { known, refusal } = await this.#reader.admissionOutlook({
      accountId: request.accountId,
      requestId: request.requestId,
      body,
      ...(isPriced && { quote: quoted }),
      wait: waitLimitOf(request),
    });
    if (known) return undefined;
    if (!isPriced) return { refusal: quoted };
    if (refusal?.code !== 'INSUFFICIENT_CREDITS') return refusal ? { refusal } : undefined;
    return { refusal, packs: packsCovering(Number(refusal.details?.shortfall), effective.catalog) };
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
