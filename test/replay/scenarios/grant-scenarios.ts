import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT, type Scenario } from './scenario';

export const GRANT_SCENARIOS: Scenario[] = [
  {
    name: 'grant.granted',
    version: 'v3',
    run: (holdfast) => grantOnce(holdfast, 'granted', '2099-01-01T00:00:00Z'),
  },
  {
    name: 'grant.refused',
    version: 'v3',
    run: (holdfast) => grantOnce(holdfast, 'refused', '2001-01-01T00:00:00Z'),
  },
];

async function grantOnce(holdfast: Holdfast, key: string, expiresAt: string): Promise<string> {
  await holdfast.startWorker();
  const grant = {
    accountId: ACCOUNT,
    key,
    credits: 5,
    source: 'promotion' as const,
    reason: 'replay',
    by: 'test',
    expiresAt,
  };
  await holdfast.client.grants.create(grant).catch(() => undefined);
  return `grant/${ACCOUNT}/${key}`;
}
