const OFTEN_MS = 20;
const SELDOM_MS = 250;

/**
 * Waits until `holds` returns true, and throws after `withinMs`. It asks less often the longer it
 * takes.
 */
export async function eventually(holds: () => Promise<boolean>, withinMs = 200_000): Promise<void> {
  const startMs = Date.now();
  while (!(await holds())) {
    const sinceMs = Date.now() - startMs;
    if (sinceMs > withinMs) throw new Error(`Still not so after ${withinMs} ms: ${holds}`);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(Math.max(sinceMs / 8, OFTEN_MS), SELDOM_MS)),
    );
  }
}
