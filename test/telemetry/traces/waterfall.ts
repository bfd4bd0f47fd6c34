import type { Told } from './collector';

const WIDTH = 1200;
const ROW = 24;
const TOP = 56;
const INDENT = 14;
/** Where the bars begin and end; names are to the left, and the last duration to the right. */
const LEFT = 440;
const RIGHT = WIDTH - 80;
const TICKS = 5;

/** Told apart without colour too, by the legend's order and each row's place. */
const COLOURS = ['#b45309', '#1d4ed8', '#047857'];

interface Row {
  span: Told;
  depth: number;
}

/** Spans of one trace as an SVG: a row each, below the row of its parent, over one axis of time. */
export function waterfallOf(spans: Told[]): string {
  const rows = rowsBelow(spans, undefined, 0);
  const services = [...new Set(rows.map(({ span }) => span.service))];
  const beganMs = Math.min(...spans.map((span) => msOf(span.startTimeUnixNano)));
  const lastedMs = Math.max(...spans.map((span) => msOf(span.endTimeUnixNano))) - beganMs;
  const height = TOP + ROW * rows.length + 16;
  const at = (ms: number) => LEFT + ((RIGHT - LEFT) * ms) / lastedMs;
  const drawn = rows.map(({ span, depth }, index) => {
    const fromMs = msOf(span.startTimeUnixNano) - beganMs;
    const toMs = msOf(span.endTimeUnixNano) - beganMs;
    const y = TOP + ROW * index;
    const bar = { x: at(fromMs), width: Math.max(2, at(toMs) - at(fromMs)) };
    const colour = COLOURS[services.indexOf(span.service)] ?? '#444';
    return [
      index % 2 === 0
        ? `<rect x="0" y="${y}" width="${WIDTH}" height="${ROW}" fill="#f6f7f9"/>`
        : '',
      `<text x="${16 + INDENT * depth}" y="${y + 16}">${textOf(span.name)}</text>`,
      rectangle(bar.x, y + 6, bar.width, 12, colour),
      `<text x="${round(bar.x + bar.width + 5)}" y="${y + 16}" class="ms">${inMs(toMs - fromMs)}</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    '<title>A trace from the browser to SQL and to the provider</title>',
    '<style>text{font:12px system-ui,sans-serif;fill:#1f2328}.ms{font-size:11px;fill:#57606a}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...services.map((service, index) => legend(service, index)),
    ...drawn,
    ...Array.from({ length: TICKS + 1 }, (_, tick) => {
      const ms = (lastedMs * tick) / TICKS;
      return axisLine(at(ms), ms, height);
    }),
    '</svg>\n',
  ].join('\n');
}

function rowsBelow(spans: Told[], parent: Told | undefined, depth: number): Row[] {
  const isBelow = ({ parentSpanId }: Told) =>
    parent === undefined
      ? !spans.some(({ spanId }) => spanId === parentSpanId)
      : parentSpanId === parent.spanId;
  return spans
    .filter(isBelow)
    .sort((one, other) => msOf(one.startTimeUnixNano) - msOf(other.startTimeUnixNano))
    .flatMap((span) => [{ span, depth }, ...rowsBelow(spans, span, depth + 1)]);
}

function legend(service: string, index: number): string {
  const x = 16 + 150 * index;
  return `${rectangle(x, 12, 12, 12, COLOURS[index] ?? '#444')}<text x="${x + 18}" y="22">${textOf(service)}</text>`;
}

function axisLine(x: number, ms: number, height: number): string {
  const line = `<line x1="${round(x)}" x2="${round(x)}" y1="${TOP - 6}" y2="${height - 8}" stroke="#d0d7de"/>`;
  return `${line}<text x="${round(x)}" y="${TOP - 12}" text-anchor="middle" class="ms">${inMs(ms)}</text>`;
}

function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${round(x)}" y="${y}" width="${round(width)}" height="${height}" rx="2" fill="${fill}"/>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

const inMs = (ms: number) => `${ms < 10 ? round(ms) : Math.round(ms)} ms`;

function msOf(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1000;
}

function textOf(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
