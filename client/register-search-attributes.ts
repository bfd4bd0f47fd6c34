import { isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { HoldfastError } from '../contract/errors';
import { type SearchedBy, searchAttributesFor } from '../workflows/search-attributes';
import { GRPC_STATUS, hasGrpcStatus } from './grpc-status';

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_KEYWORD_LIST } =
  temporal.api.enums.v1.IndexedValueType;

const { CANCELLED, DEADLINE_EXCEEDED, NOT_FOUND, UNAVAILABLE } = GRPC_STATUS;

/** Codes that say nothing of attributes: no connection, or no such namespace. */
const NO_ANSWER: number[] = [CANCELLED, DEADLINE_EXCEEDED, NOT_FOUND, UNAVAILABLE];

/** The part of a connection that this needs. A worker's connection and a client's both have it. */
interface AttributesConnection {
  operatorService: Pick<
    temporal.api.operatorservice.v1.OperatorService,
    'listSearchAttributes' | 'addSearchAttributes'
  >;
  workflowService: Pick<temporal.api.workflowservice.v1.WorkflowService, 'countWorkflowExecutions'>;
}

/**
 * Adds the search attributes that the namespace lacks. Repeating it changes nothing, and several
 * processes may do it at once. The keys of a namespace, as on Temporal Cloud, may neither list nor
 * add any: then it is enough that they are there.
 *
 * @throws HoldfastError SEARCH_ATTRIBUTES_MISSING, which names them and the command that adds them
 * @throws ServiceError Temporal's own, if it can't be reached or has no such namespace
 */
export async function registerSearchAttributes(
  { operatorService, workflowService }: AttributesConnection,
  namespace: string,
  searchedBy: SearchedBy = 'attributes',
): Promise<void> {
  try {
    await addMissing(operatorService, namespace, searchedBy);
  } catch (error) {
    if (!isGrpcServiceError(error) || NO_ANSWER.includes(error.code)) throw error;
    const missing = await missingSearchAttributes({ workflowService }, namespace, searchedBy);
    if (missing.length === 0) return;
    const reason = error.details || error.message || `gRPC status ${error.code}`;
    throw attributesMissing({ missing, namespace, searchedBy }, reason, error);
  }
}

/** What the namespace has of the search attributes, and what else takes their room. */
export interface SearchAttributesState {
  missing: string[];
  /** The commands that add the missing ones, in words. */
  commands: string;
  /** The namespace's own attributes of type Keyword; null if the key may not list them. */
  keywords: string[] | null;
}

/**
 * Looks, and changes nothing. Needs the namespace's permissions alone. Throws Temporal's own errors.
 */
export async function searchAttributesState(
  { operatorService, workflowService }: AttributesConnection,
  namespace: string,
  searchedBy: SearchedBy = 'attributes',
): Promise<SearchAttributesState> {
  const missing = await missingSearchAttributes({ workflowService }, namespace, searchedBy);
  const commands = commandsThatAdd({ missing, namespace, searchedBy });
  const listed = await operatorService.listSearchAttributes({ namespace }).catch(() => undefined);
  const keywords = listed
    ? Object.entries(listed.customAttributes ?? {})
        .filter(([, type]) => type === INDEXED_VALUE_TYPE_KEYWORD)
        .map(([name]) => name)
        .sort()
    : null;
  return { missing, commands, keywords };
}

/** The names of the search attributes that a search in the namespace doesn't know. */
async function missingSearchAttributes(
  { workflowService }: Pick<AttributesConnection, 'workflowService'>,
  namespace: string,
  searchedBy: SearchedBy,
): Promise<string[]> {
  const attributes = searchAttributesFor(searchedBy);
  const known = await Promise.all(
    attributes.map(async ({ name }) => {
      try {
        await workflowService.countWorkflowExecutions({ namespace, query: `${name} = 'x'` });
        return true;
      } catch (error) {
        if (hasGrpcStatus(error, 'INVALID_ARGUMENT')) return false;
        throw error;
      }
    }),
  );
  return attributes.map(({ name }) => name).filter((_, index) => !known[index]);
}

interface Lacking {
  missing: string[];
  namespace: string;
  searchedBy: SearchedBy;
}

/** The commands that add search attributes. */
function commandsThatAdd({ missing, namespace, searchedBy }: Lacking): string {
  const type = searchedBy === 'list' ? 'KeywordList' : 'Keyword';
  const each = (option: (name: string) => string) => missing.map(option).join(' ');
  const own = each((name) => `--name ${name} --type ${type}`);
  const cloud = each((name) => `--search-attribute ${name}=${type}`);
  return `\`temporal operator search-attribute create --namespace ${namespace} ${own}\`, on Temporal Cloud \`tcld namespace search-attributes add --namespace ${namespace} ${cloud}\``;
}

async function addMissing(
  operatorService: AttributesConnection['operatorService'],
  namespace: string,
  searchedBy: SearchedBy,
): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const attributes = searchAttributesFor(searchedBy);
  const missing = attributes.filter(({ name }) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(
    missing.map(({ name, type }) => [
      name,
      type === 'KEYWORD_LIST' ? INDEXED_VALUE_TYPE_KEYWORD_LIST : INDEXED_VALUE_TYPE_KEYWORD,
    ]),
  );
  try {
    await operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (!/already exist/i.test(String(error))) throw error;
  }
}

function attributesMissing(lacking: Lacking, reason: string, cause: unknown): HoldfastError {
  const { missing, namespace, searchedBy } = lacking;
  const instead =
    searchedBy === 'list' ? '' : ' With HOLDFAST_SEARCHED_BY=list one attribute is enough.';
  return new HoldfastError(
    'SEARCH_ATTRIBUTES_MISSING',
    `Namespace ${namespace} lacks the search attributes ${missing.join(', ')}, and this key can't add them (${reason}). Add them with ${commandsThatAdd(lacking)}.${instead}`,
    { missing, namespace },
    { cause },
  );
}
