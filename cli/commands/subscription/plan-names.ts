import type { Connections } from '../../connections';

export type NameOf = (planId: string) => string;

/** As the catalog in force calls its plans; one that is not sold any more goes by its id. */
export async function planNames(connections: Connections): Promise<NameOf> {
  const { catalog } = await connections.ledger().effectiveCatalog();
  return (planId) => catalog.plans[planId]?.name ?? planId;
}
