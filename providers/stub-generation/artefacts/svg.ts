const CAPTION_CHARACTERS = 60;

interface Clip {
  title: string;
  caption: string;
  seconds: number;
  /** 0 to 359. */
  hue: number;
}

/** An animated SVG in place of a video: every browser plays it, and no encoder is needed. */
export function svgClip({ title, caption, seconds, hue }: Clip): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">
  <title>${escapeXml(title)}</title>
  <rect width="640" height="360" fill="hsl(${hue}, 45%, 18%)"/>
  <circle cy="170" r="40" fill="hsl(${hue}, 70%, 60%)">
    <animate attributeName="cx" values="60;580;60" dur="${seconds}s" repeatCount="indefinite"/>
  </circle>
  <rect y="352" height="8" fill="hsl(${hue}, 70%, 60%)">
    <animate attributeName="width" from="0" to="640" dur="${seconds}s" repeatCount="indefinite"/>
  </rect>
  <g fill="white" font-family="sans-serif">
    <text x="24" y="48" font-size="26">${escapeXml(title)}</text>
    <text x="24" y="320" font-size="18">${escapeXml(shorten(caption))}</text>
  </g>
</svg>
`);
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length > CAPTION_CHARACTERS
    ? `${characters.slice(0, CAPTION_CHARACTERS - 1).join('')}…`
    : text;
}

/** Control characters, noncharacters and lone surrogates have no place in XML, escaped or not. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
