import type { HoldfastClient } from '../../client/client';
import type { Ledger } from '../../ledger/ledger';
import type { CliConfig } from '../cli-config';
import { Connections } from '../connections';
import { notOverHttp } from './only-served';
import { servedClient } from './served-client';
import { servedLedger } from './served-ledger';
import { HttpTransport } from './transport';

/** The connections of a command that goes over HTTP: it reaches neither database nor Temporal. */
export class ApiConnections extends Connections {
  readonly #api: HttpTransport;

  /** @throws HoldfastError INVALID_ARGUMENT */
  constructor(url: string, token: string, config: CliConfig) {
    const none = { databaseUrl: undefined, migrationUrl: undefined, temporal: undefined };
    super({ ...config, ...none, uiUrl: undefined, loginUrls: {} });
    this.#api = new HttpTransport(url, token);
  }

  override get isOverHttp(): boolean {
    return true;
  }

  override get knowsLedger(): boolean {
    return true;
  }

  override ledger(): Ledger {
    return servedLedger(this.#api);
  }

  override reader(): HoldfastClient {
    return servedClient(this.#api);
  }

  override async client(): Promise<HoldfastClient> {
    return servedClient(this.#api);
  }

  override databaseUrl(): string {
    throw notOverHttp();
  }

  override migrationUrl(): string {
    throw notOverHttp();
  }

  override async compare(): Promise<never> {
    throw notOverHttp();
  }

  override async toldWatermark(): Promise<never> {
    throw notOverHttp();
  }

  override async tellWatermark(): Promise<never> {
    throw notOverHttp();
  }

  override async replay(): Promise<never> {
    throw notOverHttp();
  }
}
