/** A line of a terminal, and when it was printed, in ms from the first. */
export interface PrintedLine {
  text: string;
  atMs: number;
}

const ROWS = 26;
const LINE_PX = 19;
const LETTER_PX = 8.1;
const MARGIN_PX = 18;
const BAR_PX = 34;
/** A longer pause says nothing more: the story waits for the end of a billing cycle in it. */
const PAUSE_MS_MAX = 1_500;
/** A line of several that came at once, so that an eye can follow. */
const LINE_MS_MIN = 60;

/**
 * A picture of a terminal in which the lines appear as they were printed, pauses shortened: SVG that
 * moves by CSS alone, once, and shows its last screen where a person wants no motion.
 */
export function recordingOf(title: string, lines: readonly PrintedLine[]): string {
  const times = timesOf(lines);
  const totalMs = (times.at(-1) ?? 0) + 1;
  const columns = Math.max(...lines.map(({ text }) => text.length));
  const width = Math.round(columns * LETTER_PX + 2 * MARGIN_PX);
  const height = BAR_PX + ROWS * LINE_PX + MARGIN_PX;
  const texts = lines.map(({ text }, row) => {
    const place = `x="${MARGIN_PX}" y="${(row + 1) * LINE_PX - 5}"`;
    const when = `style="animation-delay:${seconds(times[row] ?? 0)}"`;
    return `<text ${place} ${when}${kindOf(text)}>${escaped(text)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${styleOf(times, totalMs)}</style>`,
    `<rect width="${width}" height="${height}" rx="8"/>`,
    ...[0, 1, 2].map((dot) => `<circle cx="${MARGIN_PX + 4 + 18 * dot}" cy="17" r="5.5"/>`),
    `<clipPath id="view"><rect width="${width}" height="${ROWS * LINE_PX}"/></clipPath>`,
    `<g transform="translate(0 ${BAR_PX})" clip-path="url(#view)"><g class="screen">`,
    ...texts,
    '</g></g>',
    '</svg>',
    '',
  ].join('\n');
}

/** What a reader sees in the end, and what a test compares. */
export function linesOf(recording: string): string[] {
  return [...recording.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}

function timesOf(lines: readonly PrintedLine[]): number[] {
  let shownMs = 0;
  let printedMs = 0;
  return lines.map(({ atMs }) => {
    shownMs += Math.min(Math.max(atMs - printedMs, LINE_MS_MIN), PAUSE_MS_MAX);
    printedMs = atMs;
    return shownMs;
  });
}

function styleOf(times: readonly number[], totalMs: number): string {
  const up = (rows: number) => `transform:translateY(${-rows * LINE_PX}px)`;
  const last = Math.max(0, times.length - ROWS);
  const steps = times
    .slice(ROWS)
    .map((ms, row) => `${((100 * ms) / totalMs).toFixed(2)}%{${up(row + 1)}}`);
  return [
    'text{font:13.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#c9d1d9;white-space:pre;',
    'opacity:0;animation:show 1ms forwards}',
    'rect{fill:#0d1117}circle{fill:#30363d}.chapter{fill:#fff;font-weight:600}.no{fill:#ff7b72}.yes{fill:#7ee787}',
    `.screen{${up(last)};animation:up ${seconds(totalMs)} step-end}`,
    `@keyframes show{to{opacity:1}}@keyframes up{0%{${up(0)}}${steps.join('')}}`,
    '@media (prefers-reduced-motion:reduce){text{opacity:1;animation:none}.screen{animation:none}}',
  ].join('');
}

function kindOf(text: string): string {
  if (/^(\$|\d+\.) /.test(text)) return ' class="chapter"';
  if (/^Rejected|released/.test(text)) return ' class="no"';
  if (/\d charged|^Paid|^The audit passed/.test(text)) return ' class="yes"';
  return '';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)}s`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
