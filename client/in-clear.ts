import { Client } from '@temporalio/client';

/** Without the client's codec: processes with another key, or none, must find the same record. */
export function inClear(temporal: Client): Client {
  const { connection, options } = temporal;
  const { namespace, loadedDataConverter } = options;
  const hasCodec = loadedDataConverter.payloadCodecs.length > 0;
  return hasCodec ? new Client({ connection, namespace }) : temporal;
}
