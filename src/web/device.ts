/** A browser and its system in plain words, for lists of sessions and for notices. */
import Bowser from 'bowser';

/** No honest one is longer, and the library reads all of it with many expressions. */
const LONGEST = 400;
/** The library's names, where people know another. */
const SHORT: Record<string, string> = {
  'Microsoft Edge': 'Edge', 'Samsung Internet for Android': 'Samsung Internet', 'Chrome OS': 'ChromeOS',
};
/** Of a browser that it doesn't know the library gives a piece of the text as its name: a stranger's words. */
const KNOWN = new Set<string>(Object.values(Bowser.BROWSER_MAP));

/** 'Firefox on Linux', 'Safari on iPhone'; a program by the name that it gives itself. */
export function deviceOf(userAgent: string | undefined): string {
  const agent = (userAgent ?? '').slice(0, LONGEST);
  if (agent === '') return 'Unknown device';
  const { browser, os, platform } = Bowser.parse(agent);
  const name = KNOWN.has(browser.name ?? '') ? browser.name : /^(curl)\//.exec(agent)?.[1];
  // Of iOS the device says more than the system.
  const system = os.name === 'iOS' ? platform.model ?? os.name : os.name;
  const words = [name, system].filter((word) => word !== undefined).map((word) => SHORT[word] ?? word);
  return words.length === 0 ? 'Unknown device' : words.join(' on ');
}
