import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { unlessStatus } from '../client/grpc-status';
import { registerSearchAttributes } from '../client/register-search-attributes';
import { searchAttributesFor } from '../workflows/search-attributes';

const { INDEXED_VALUE_TYPE_KEYWORD } = temporal.api.enums.v1.IndexedValueType;

/** Gives the environment's namespace Holdfast's search attributes. */
export async function prepareNamespace(environment: TestWorkflowEnvironment): Promise<void> {
  const { client, connection, supportsTimeSkipping } = environment;
  const { namespace } = client.options;
  if (!supportsTimeSkipping) return registerSearchAttributes(connection, namespace);
  // A server that skips time can't say which ones it has.
  const searchAttributes = Object.fromEntries(
    searchAttributesFor('attributes').map(({ name }) => [name, INDEXED_VALUE_TYPE_KEYWORD]),
  );
  await connection.operatorService
    .addSearchAttributes({ namespace, searchAttributes })
    .catch(unlessStatus('ALREADY_EXISTS'));
}
