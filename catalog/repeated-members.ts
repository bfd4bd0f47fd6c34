/**
 * Where an object of a JSON text has a member twice: JSON.parse keeps the last one and says nothing. The text must be
 * JSON, so that strings, brackets and commas are all there is to look at.
 */
export function repeatedMembers(json: string): PropertyKey[][] {
  const repeated: PropertyKey[][] = [];
  // The objects and arrays around the current token, each with where in it that is.
  const around: { at: string | number; names: Set<string> }[] = [];
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\],]/g)) {
    const inner = around.at(-1);
    if (token === '{') around.push({ at: '', names: new Set() });
    else if (token === '[') around.push({ at: 0, names: new Set() });
    else if (token === '}' || token === ']') around.pop();
    else if (token === ',' && typeof inner?.at === 'number') inner.at += 1;
    else if (token.endsWith(':') && inner) {
      const name: string = JSON.parse(token.slice(0, -1));
      inner.at = name;
      if (inner.names.has(name)) repeated.push(around.map(({ at }) => at));
      inner.names.add(name);
    }
  }
  return repeated;
}
