import { Client } from 'pg';
import type { TestLedger } from '../ledger-support';

export type RoleClients = Record<'web' | 'worker' | 'operator', Client>;

/** Connections of the logins of web, worker and operator. The caller ends them. */
export async function connectRoles({ urls }: TestLedger): Promise<RoleClients> {
  const connect = async (connectionString: string) => {
    const client = new Client({ connectionString });
    await client.connect();
    return client;
  };
  return {
    web: await connect(urls.webUrl),
    worker: await connect(urls.workerUrl),
    operator: await connect(urls.operatorUrl),
  };
}
