/** Where a form leads afterwards. */

/** The path when it stays inside the site, else `/`: an address that a browser could read as another site's is none of ours. */
export function safeNext(next: string | undefined): string {
  if (!next || next.length > 4000 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) || !isReadable(next)) return '/';
  // A header carries ASCII alone; what is encoded already (`AC%2FDC`) stays as it is.
  return next.replace(/[^\w\-.~!*'();:@&=+$,/?#[\]%]+/gu, encodeURIComponent);
}

function isReadable(path: string): boolean {
  try {
    decodeURI(path);
    return path.isWellFormed();
  } catch {
    return false;
  }
}
