/**
 * An error as a log may show it: its type, its code, its frames and its causes, and no message,
 * because messages quote what callers and providers have written.
 */
export function errorInLog(error: Error & { code?: unknown; type?: unknown }): object {
  // The message comes before the frames, and may itself have lines that look like frames.
  const { stack = '', message } = error;
  const frames = stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^ +at /.test(line));
  return {
    type: isCode(error.name) ? error.name : 'Error',
    ...(isCode(error.code) && { code: error.code }),
    // A failure of Temporal names its code so.
    ...(isCode(error.type) && { code: error.type }),
    frames: frames.map((line) => line.trim()),
    ...(error.cause instanceof Error && { cause: errorInLog(error.cause) }),
  };
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,80}$/.test(value);
}
