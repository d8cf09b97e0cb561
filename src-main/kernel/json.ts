/** What a text from elsewhere says as JSON, or nothing where it is none; its shape is judged by whoever asked. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
