/** An ISO 8601 instant to the second, in UTC, for people: `2026-01-31 09:30:00Z`. */
export function instantInWords(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
