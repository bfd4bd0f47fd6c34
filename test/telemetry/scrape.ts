export interface Series {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The series of a text in Prometheus' format. @throws Error on a line that is none */
export function seriesIn(text: string): Series[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
      if (name === undefined) throw new Error(`This is no series: ${line}`);
      const pairs = labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi);
      return {
        name,
        labels: Object.fromEntries([...pairs].map(([, label = '', text = '']) => [label, text])),
        value: Number(value),
      };
    });
}

/** The sum of the series of this name that have all of these labels. */
export function sumOf(series: Series[], name: string, labels: Record<string, string> = {}): number {
  return series
    .filter(
      (one) =>
        one.name === name &&
        Object.entries(labels).every(([label, text]) => one.labels[label] === text),
    )
    .reduce((sum, { value }) => sum + value, 0);
}

export async function scrape(port: number): Promise<{ text: string; series: Series[] }> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (response.status !== 200) throw new Error(`The metrics answer ${response.status}.`);
  const text = await response.text();
  return { text, series: seriesIn(text) };
}
