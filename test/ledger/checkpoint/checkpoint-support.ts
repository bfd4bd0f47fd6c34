import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Violation } from '../../../contract/audit';
import { holdfast, jsonOf } from '../../cli/command-line';
import { granted, TestLedger } from '../ledger-support';

/** A ledger, and a folder with keys and checkpoints of it. */
export class SignedLedger {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-checkpoint-'));
  readonly key = this.newKey('key');
  #taken = 0;

  private constructor(readonly books: TestLedger) {}

  static async open(): Promise<SignedLedger> {
    return new SignedLedger(await TestLedger.open());
  }

  async close(): Promise<void> {
    rmSync(this.folder, { recursive: true });
    await this.books.close();
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The names of two files: a private key, and its public one beside it. */
  newKey(name: string): { secret: string; shared: string } {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const [secret, shared] = [this.path(`${name}.pem`), this.path(`${name}.pub.pem`)];
    writeFileSync(secret, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(shared, publicKey.export({ format: 'pem', type: 'spki' }));
    return { secret, shared };
  }

  run(...words: string[]) {
    return holdfast({ DATABASE_URL: this.books.urls.operatorUrl }, ...words);
  }

  /** The name of a new checkpoint's file. */
  async checkpoint(key = this.key): Promise<string> {
    this.#taken += 1;
    const file = this.path(`${this.#taken}.checkpoint`);
    const ended = await this.run('checkpoint', file, '--key', key.secret);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    return file;
  }

  /** What `audit --against` finds, and the code it ends with. */
  async against(file: string, ...words: string[]) {
    const keys = words.includes('--public-key') ? [] : ['--public-key', this.key.shared];
    return jsonOf(await this.run('audit', '--against', file, ...keys, ...words, '--json'));
  }

  /** As {@link against}, without details. */
  async found(file: string, ...words: string[]): Promise<string[][]> {
    const { json } = await this.against(file, ...words);
    const { violations } = json as { violations: Violation[] };
    return violations.map(({ invariant, accountId }) => [invariant, accountId]);
  }

  /** A promotion, and generations of two entries each. */
  async busy(account: string, pairs: number): Promise<void> {
    await this.books.grantPromotion(account, 10 * pairs);
    for (let pair = 0; pair < pairs; pair += 1) await this.generate(account, `r${pair}`);
  }

  async generate(account: string, requestId: string): Promise<void> {
    await granted(this.books.reserve(account, requestId, 2));
    await granted(this.books.ledger.commit(account, requestId, 2, 'file:///o'));
  }

  /** Links an account's entries anew, as one could who may change everything in the database. */
  async rewrite(account: string, statements: string): Promise<void> {
    await this.books.rewrite(`${statements};
      DELETE FROM holdfast.audit_marks WHERE account_id = '${account}';
      DO $$
      DECLARE
        v_entry holdfast.entries;
        v_link  bytea;
      BEGIN
        FOR v_entry IN
          SELECT * FROM holdfast.entries WHERE account_id = '${account}' ORDER BY version
        LOOP
          v_link := holdfast.entry_link(v_link, v_entry);
          UPDATE holdfast.entries SET link = v_link
          WHERE account_id = '${account}' AND version = v_entry.version;
        END LOOP;
      END $$`);
  }
}

/** Links acts and catalog versions anew, by the hand that has changed them. */
export const RELINKED = `
  UPDATE holdfast.catalog_versions SET document_hash = holdfast.document_hash(document);
  UPDATE holdfast.operator_acts
  SET detail = detail || jsonb_build_object('hashes', holdfast.document_hashes(detail->'versions'))
  WHERE what = 'catalog';
  DELETE FROM holdfast.act_chains;
  DO $$
  DECLARE
    v_act     holdfast.operator_acts;
    v_chain   holdfast.act_chains;
    v_version holdfast.catalog_versions;
    v_link    bytea;
  BEGIN
    FOR v_act IN
      SELECT * FROM holdfast.operator_acts WHERE link IS NOT NULL ORDER BY account_id, place
    LOOP
      INSERT INTO holdfast.act_chains AS chain VALUES (v_act.account_id, 1, holdfast.act_link(NULL, v_act))
      ON CONFLICT (account_id) DO UPDATE
        SET acts = chain.acts + 1, link = holdfast.act_link(chain.link, v_act)
      RETURNING * INTO v_chain;
      UPDATE holdfast.operator_acts SET place = v_chain.acts, link = v_chain.link
      WHERE act_id = v_act.act_id;
    END LOOP;
    FOR v_version IN SELECT * FROM holdfast.catalog_versions ORDER BY version LOOP
      v_link := holdfast.version_link(v_link, v_version);
      UPDATE holdfast.catalog_versions SET link = v_link WHERE version = v_version.version;
    END LOOP;
  END $$`;

/** Takes an account out of every table that has its rows. */
export const withoutAccount = (account: string) =>
  [
    'personal_texts',
    'operator_acts',
    'act_chains',
    'idempotency_keys',
    'audit_marks',
    'journal_beginnings',
  ]
    .concat(['entries', 'reservations', 'grants', 'accounts'])
    .map((table) => `DELETE FROM holdfast.${table} WHERE account_id = '${account}'`)
    .join(';');
