let second = -1;
let text = '';

/** The header `date` of an answer that goes out now. Written anew once a second. */
export function dateText(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString();
  }
  return text;
}
