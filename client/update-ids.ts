import type { Client } from '@temporalio/client';
import { holdfastCodecOf } from '../codec/payload-codec';
import { admissionUpdateId, inputUpdate, purchaseUpdate, updateIdOf } from '../workflows/messages';

type Options = Pick<Client, 'options'>;

/** The id of the update that answers a generation's request. */
export function idOfAdmission(temporal: Options, requestHash: string): string {
  return privately(temporal, admissionUpdateId(requestHash));
}

/** The id of the update that sends a generation's input. */
export function idOfInput(temporal: Options, requestHash: string): string {
  return privately(temporal, `${inputUpdate.name}:${requestHash}`);
}

/** The id of the update that answers a purchase. */
export function idOfPurchase(temporal: Options, purchaseHash: string): string {
  return privately(temporal, updateIdOf(purchaseUpdate.name, purchaseHash));
}

/**
 * An update's id, `{name}:{hash}`, as Temporal gets it. Ids stand in clear there. With Holdfast's
 * codec the hash is another one, by the key that encrypts, so that a guessed prompt can't
 * be confirmed by it. After a rotation it changes, and the workflow answers the same update once more.
 */
function privately({ options }: Options, id: string): string {
  const codec = holdfastCodecOf(options.loadedDataConverter.payloadCodecs);
  return codec ? `${id.split(':')[0]}:${codec.keyedHash(id)}` : id;
}
