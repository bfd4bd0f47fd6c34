/**
 * The paths of members that an object of a JSON text has twice. JSON.parse keeps the last one
 * silently. The text must be valid JSON: only strings, brackets and commas are examined.
 */
export function* repeatedMembers(json: string): Generator<PropertyKey[]> {
  // The objects and arrays around the current character, each with the current member or index in
  // it.
  const around: { at: string | number; names: Set<string> }[] = [];
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    const inner = around.at(-1);
    if (character === '{') around.push({ at: '', names: new Set() });
    else if (character === '[') around.push({ at: 0, names: new Set() });
    else if (character === '}' || character === ']') around.pop();
    else if (character === ',' && typeof inner?.at === 'number') inner.at += 1;
    else if (character === '"') {
      const end = endOfString(json, index);
      if (inner && isName(json, end)) {
        const name: string = JSON.parse(json.slice(index, end));
        inner.at = name;
        if (inner.names.has(name)) yield around.map(({ at }) => at);
        inner.names.add(name);
      }
      index = end - 1;
    }
  }
}

/**
 * The index after the string's closing quote. A regular expression would run out of stack on a
 * string of several megabytes.
 */
function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (json[index] !== '"') index += json[index] === '\\' ? 2 : 1;
  return index + 1;
}

function isName(json: string, end: number): boolean {
  let index = end;
  while (' \t\r\n'.includes(json[index] ?? ':')) index += 1;
  return json[index] === ':';
}
