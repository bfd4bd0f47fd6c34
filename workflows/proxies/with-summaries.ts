import type { Summaries } from './summaries';

type Call<Answer> = (...inputs: unknown[]) => Answer;

/** Activities whose calls each have a summary; `proxied` makes the proxy that carries it. */
export function withSummaries<Activities extends object>(
  summaries: Summaries<Activities>,
  proxied: (summary: string) => object,
): Activities {
  const calls = Object.entries<Call<string>>(summaries).map(([name, summaryOf]) => {
    const call: Call<unknown> = (...inputs) => {
      const activities = proxied(summaryOf(...inputs)) as Record<string, Call<unknown>>;
      return activities[name]?.(...inputs);
    };
    return [name, call];
  });
  return Object.fromEntries(calls) as Activities;
}
