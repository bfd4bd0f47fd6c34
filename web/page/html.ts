/** HTML that may be sent: every value in it has been escaped, or is HTML itself. */
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

/** A template whose values can't become markup: html`<p title="${anything}">${anything}</p>`. Attributes need quotes. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(
    strings.reduce((text, string, index) => text + escaped(values[index - 1]) + string),
  );
}

function escaped(value: Value = ''): string {
  if (value instanceof Html) return value.text;
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Inside a script element nothing is escaped, so nothing in it may look like its end. */
export function jsonInScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
