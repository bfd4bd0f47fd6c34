import type { OpenAPIV3_1 } from 'openapi-types';

type Schema = OpenAPIV3_1.SchemaObject & { $ref?: string; const?: unknown };

/**
 * What callers rely on, a line each: every operation with its name, what it takes and what it
 * answers, and every member of all of that with its type. `?` follows what may be left out.
 */
export function factsOf({ paths = {}, components }: OpenAPIV3_1.Document): string[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).flatMap(([method, operation]) =>
      ofOperation(`${method.toUpperCase()} ${path}`, operation as OpenAPIV3_1.OperationObject),
    ),
  );
  const schemas = Object.entries(components?.schemas ?? {}).flatMap(([name, schema]) =>
    ofSchema(name, schema as Schema),
  );
  return [...new Set([...operations, ...schemas])].sort();
}

function ofOperation(name: string, operation: OpenAPIV3_1.OperationObject): string[] {
  const { operationId, parameters = [], requestBody, responses = {} } = operation;
  const body = requestBody && 'content' in requestBody ? requestBody.content : {};
  return [
    `${name} is ${operationId}`,
    ...parameters.flatMap((parameter) => {
      if ('$ref' in parameter) return [];
      const { in: place, name: member, required, schema } = parameter;
      return ofSchema(`${name} takes ${place} ${member}${required ? '' : '?'}`, schema as Schema);
    }),
    ...Object.entries(body).flatMap(([type, { schema }]) =>
      ofSchema(`${name} takes ${type}`, schema as Schema),
    ),
    ...Object.entries(responses).flatMap(([status, response]) =>
      Object.entries(('content' in response && response.content) || {}).flatMap(
        ([type, { schema }]) => ofSchema(`${name} answers ${status} ${type}`, schema as Schema),
      ),
    ),
  ];
}

function ofSchema(name: string, schema: Schema): string[] {
  const {
    $ref,
    type,
    enum: values,
    const: only,
    properties,
    required = [],
    anyOf,
    oneOf,
    additionalProperties,
  } = schema;
  if ($ref !== undefined) return [`${name}: ${$ref.split('/').at(-1)}`];
  const either = anyOf ?? oneOf;
  if (either)
    return either.flatMap((one, index) =>
      ofSchema(nameOf(name, one as Schema, index), one as Schema),
    );
  if (values) return values.map((value) => `${name}: ${JSON.stringify(value)}`);
  if (only !== undefined) return [`${name}: ${JSON.stringify(only)}`];
  if ('items' in schema) return ofSchema(`${name}[]`, schema.items as Schema);
  const members = Object.entries(properties ?? {}).flatMap(([member, of]) =>
    ofSchema(`${name}.${member}${required.includes(member) ? '' : '?'}`, of as Schema),
  );
  if (members.length > 0) return members;
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0) {
    return ofSchema(`${name}{}`, additionalProperties as Schema);
  }
  return [`${name}: ${type ?? 'anything'}`];
}

/**
 * Of several shapes by the word that tells them apart, and else by place; null is no shape of its
 * own.
 */
function nameOf(name: string, { type, properties }: Schema, index: number): string {
  const tag = properties?.type as Schema | undefined;
  if (tag?.const !== undefined) return `${name}(${tag.const})`;
  return type === 'object' ? `${name}(${index})` : name;
}
