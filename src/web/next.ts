/** Where a form leads afterwards. */

/** The path when it stays inside the site, else `/`: an address that a browser could read as another site's is none of ours. */
export function safeNext(next: string | undefined): string {
  if (!next || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) || next.length > 4000) return '/';
  return encodeURI(decodedOnce(next));
}

/** A location header carries ASCII alone; what is encoded already stays as it is. */
function decodedOnce(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return '/';
  }
}
