import { Client, Connection } from '@temporalio/client';
import {
  clientSearchedBy,
  createHoldfastClient,
  createOutboxDelivery,
  createProofSigner,
  type HoldfastClient,
} from '../client/client';
import { translateTemporalError } from '../client/errors';
import { tellWatermark, toldWatermark } from '../client/watermark';
import { dataConverterOf } from '../codec/data-converter';
import { namespaceOf, unreachable } from '../config/temporal';
import { HoldfastError } from '../contract/errors';
import type { Deliver } from '../contract/outbox';
import type { ReplayReport } from '../contract/replay';
import type { Watermark } from '../contract/watermark';
import { createLedger, type Ledger } from '../ledger/ledger';
import type { ReplayOptions } from '../replay/replay';
import type { CliConfig } from './cli-config';
import { type CompareAsked, type Compared, compareWithTemporal } from './restore/compare';

const CONNECT_TIMEOUT = '3s';
/** The operation has been done, and its answer waits for the delivery. */
const CHECK_WITHIN_MS = 1_500;

const NO_STACK =
  'No stack is known here: start one with `npm run dev` in this checkout, or set DATABASE_URL and TEMPORAL_ADDRESS.';

/**
 * The connections of one command. Each is opened at its first use, because most commands need only
 * one of the servers.
 */
export class Connections {
  readonly config: CliConfig;
  #ledger: Ledger | undefined;
  #temporal: Connection | undefined;
  #holdfast: HoldfastClient | undefined;

  constructor(config: CliConfig) {
    this.config = config;
  }

  /** Whether commands reach neither the database nor Temporal. */
  get isOverHttp(): boolean {
    return false;
  }

  /** Whether there is a ledger to ask; without one some commands show what is built in. */
  get knowsLedger(): boolean {
    return this.config.databaseUrl !== undefined;
  }

  /** @throws HoldfastError LEDGER_UNAVAILABLE if no database is configured */
  ledger(): Ledger {
    const deliver = this.config.temporal && this.#deliver;
    this.#ledger ??= createLedger({ databaseUrl: this.databaseUrl(), maxConnections: 2, deliver });
    return this.#ledger;
  }

  /**
   * The URL of the ledger's database.
   *
   * @throws HoldfastError LEDGER_UNAVAILABLE if no database is configured
   */
  databaseUrl(): string {
    const { databaseUrl } = this.config;
    if (databaseUrl === undefined) throw this.#noStack('LEDGER_UNAVAILABLE');
    return databaseUrl;
  }

  /**
   * The URL of the ledger's database by its owner.
   *
   * @throws HoldfastError LEDGER_UNAVAILABLE if no database is configured
   */
  migrationUrl(): string {
    const { migrationUrl, unreadableStack } = this.config;
    if (migrationUrl !== undefined) return migrationUrl;
    const unknown =
      'No database is known here: set HOLDFAST_MIGRATION_DATABASE_URL, or start `npm run dev` in this checkout.';
    throw new HoldfastError('LEDGER_UNAVAILABLE', unreadableStack ?? unknown);
  }

  #noStack(code: 'LEDGER_UNAVAILABLE' | 'TEMPORAL_UNAVAILABLE'): HoldfastError {
    return new HoldfastError(code, this.config.unreadableStack ?? NO_STACK);
  }

  /**
   * A client for reads, which need no Temporal.
   *
   * @throws HoldfastError LEDGER_UNAVAILABLE if no database is configured
   */
  reader(): HoldfastClient {
    this.ledger();
    return this.#client();
  }

  /**
   * A client for commands.
   *
   * @throws HoldfastError TEMPORAL_UNAVAILABLE if Temporal isn't configured, or doesn't answer
   *   within 3 seconds
   */
  async client(): Promise<HoldfastClient> {
    const { temporal } = this.config;
    if (temporal === undefined) throw this.#noStack('TEMPORAL_UNAVAILABLE');
    const client = this.#client();
    try {
      await this.#temporal?.ensureConnected();
    } catch (error) {
      // It remembers its failure, and the next call is to try again.
      await this.#temporal?.close();
      this.#temporal = undefined;
      this.#holdfast = undefined;
      throw unreachable(temporal, error);
    }
    return client;
  }

  /**
   * What the namespace's runs remember as done and the ledger doesn't have.
   *
   * @throws HoldfastError as {@link client}, and what the ledger throws
   */
  async compare(asked: CompareAsked): Promise<Compared> {
    await this.client();
    return compareWithTemporal(this.#temporalClient(), this.ledger(), asked);
  }

  /**
   * How far the namespace was told that its ledger has come.
   *
   * @throws HoldfastError as {@link client}
   */
  async toldWatermark(): Promise<Watermark | null> {
    await this.client();
    try {
      return await toldWatermark(this.#temporalClient());
    } catch (error) {
      throw translateTemporalError(error);
    }
  }

  /** @throws HoldfastError as {@link client} */
  async tellWatermark(reached: Watermark): Promise<void> {
    await this.client();
    try {
      await tellWatermark(this.#temporalClient(), reached);
    } catch (error) {
      throw translateTemporalError(error);
    }
  }

  /**
   * Replays runs of the namespace against this build's workflows.
   *
   * @throws HoldfastError as {@link client}, and INVALID_ARGUMENT for a query that Temporal refuses
   */
  async replay(asked: Omit<ReplayOptions, 'client' | 'taskQueue'>): Promise<ReplayReport> {
    await this.client();
    // Loaded here: the SDK's worker takes a while to load, and no other command needs it.
    const { installQuietRuntime, replayHistories }: typeof import('../replay/replay') =
      require('../replay/replay');
    installQuietRuntime();
    const { taskQueue } = this.config;
    return replayHistories({ ...asked, client: this.#temporalClient(), taskQueue });
  }

  /** A workflow's address in Temporal's Web UI; undefined if no UI is known. */
  uiUrlOf(workflowId: string): string | undefined {
    const { uiUrl, temporal } = this.config;
    if (uiUrl === undefined) return undefined;
    return `${uiUrl}/namespaces/${namespaceOf(temporal)}/workflows/${encodeURIComponent(workflowId)}`;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#ledger?.close()]);
    await this.#temporal?.close();
  }

  /**
   * Delivers what a grant or a raised limit has put into the outbox. If Temporal can't be reached,
   * or is another ledger's, it stays there, and reconciliation delivers it.
   */
  readonly #deliver: Deliver = async (message) => {
    const temporal = this.#temporalClient();
    const deadline = Date.now() + CHECK_WITHIN_MS;
    await temporal.withDeadline(deadline, () => this.#client().operations.checkLedger());
    return createOutboxDelivery(temporal, this.config.taskQueue)(message);
  };

  /** The first call connects it. */
  #temporalClient(): Client {
    const { temporal, codecKeys, searchedBy } = this.config;
    this.#temporal ??= Connection.lazy({
      ...temporal?.connectionOptions,
      connectTimeout: CONNECT_TIMEOUT,
    });
    const client = new Client({
      connection: this.#temporal,
      namespace: namespaceOf(temporal),
      dataConverter: dataConverterOf(codecKeys, undefined),
    });
    return clientSearchedBy(client, searchedBy);
  }

  #client(): HoldfastClient {
    if (this.#holdfast) return this.#holdfast;
    const { databaseUrl, taskQueue, proofSigner } = this.config;
    this.#holdfast = createHoldfastClient({
      temporal: this.#temporalClient(),
      ledger: databaseUrl === undefined ? undefined : this.ledger(),
      taskQueue,
      searchedBy: this.config.searchedBy,
      proof: proofSigner && createProofSigner({ ...proofSigner, subject: 'holdfast-cli' }),
    });
    return this.#holdfast;
  }
}
