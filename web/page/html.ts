/** HTML that is safe to send: every value in it is escaped, or is itself `Html`. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A template that escapes its values: html`<p title="${title}">${text}</p>`. Attributes need
 * quotes.
 */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(
    strings.reduce((text, string, index) => text + escaped(values[index - 1]) + string),
  );
}

function escaped(value: Value = ''): string {
  if (value instanceof Html) return value.text;
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * JSON for a script element. HTML has no escapes there, so the JSON must not contain the element's
 * end tag.
 */
export function jsonInScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
