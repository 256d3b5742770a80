/** Reads the form of a page as a browser would send it, for a test that changes a field and sends it back. */

/** The fields of the last form of a page whose action is the given one, as they stand. */
export function formIn(html: string, action: string): Record<string, string> {
  const start = html.lastIndexOf(`action="${action}"`);
  const form = html.slice(start, html.indexOf('</form>', start));
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
    const type = attribute('type');
    const name = attribute('name');
    if (name === undefined || type === 'file' || ((type === 'checkbox' || type === 'radio') && !/\schecked\b/.test(tag))) continue;
    fields[unescaped(name)] = unescaped(attribute('value') ?? '');
  }
  return fields;
}

/** The text that markup stands for. */
export function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] as string);
}
