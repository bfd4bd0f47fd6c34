import {
  bookedExpiry,
  createdGrant,
  type DeductBody,
  deduction,
  type GrantBody,
  grantOrigin,
} from '../../contract/grant';
import { bigint, inQuery, json, operation, optional } from '../connection/sql-function';
import { account, byTemporal, keyed, notAfter } from './parameters';

/** Grants and deductions. */
export const GRANT_FUNCTIONS = {
  // Workers of v0.1.0 call it for `grantWorkflow`.
  grant_credits: operation(
    ['worker', 'operator'],
    { ...keyed, body: json<GrantBody>() },
    createdGrant,
  ),
  grant_by_workflow: operation(
    ['worker'],
    {
      ...keyed,
      body: json<GrantBody>(),
      ...{ creditsMax: optional(bigint), creditsPerDay: optional(bigint) },
      notAfter,
      ...byTemporal,
    },
    createdGrant,
  ),
  deduct_credits: operation(['operator'], { ...keyed, body: json<DeductBody>() }, deduction),
  expire_grants: operation(['worker'], account, bookedExpiry),
  grant_origin: inQuery(
    ['web', 'operator', 'reader'],
    { ...account, grantId: bigint },
    grantOrigin,
  ),
} as const;
