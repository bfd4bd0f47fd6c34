import { isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { registerSearchAttributes } from '../client/register-search-attributes';
import { searchAttributesFor } from '../workflows/search-attributes';

const { INDEXED_VALUE_TYPE_KEYWORD } = temporal.api.enums.v1.IndexedValueType;

const ALREADY_EXISTS = 6;

/** Gives the environment's namespace Holdfast's search attributes. */
export async function prepareNamespace(environment: TestWorkflowEnvironment): Promise<void> {
  const { client, connection, supportsTimeSkipping } = environment;
  const { namespace } = client.options;
  if (!supportsTimeSkipping) return registerSearchAttributes(connection, namespace);
  // A server that skips time can't say which ones it has.
  const searchAttributes = Object.fromEntries(
    searchAttributesFor('attributes').map(({ name }) => [name, INDEXED_VALUE_TYPE_KEYWORD]),
  );
  const added = connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  await added.catch((error) => {
    if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error;
  });
}
