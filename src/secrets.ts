/**
 * Takes secrets out of what is written for operators, at every level and from wherever a text comes: by their
 * form, by the names that stand before them, and by their value where the configuration holds it.
 */

const HIDDEN = '[hidden]';

/** Under these names nothing is shown, in JSON, forms, addresses and headers. */
const NAMES = '[a-z_-]{0,30}(?:password|passwd|secret|token|cookie|authorization)[a-z_-]{0,30}|key|access|refresh|otp|recovery_code';

/** Each pattern ends where its secret does and begins at something rare, so that a long text costs no more than its length. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  // "password":"…", the same inside a text that is itself quoted, and "set-cookie":["…","…"].
  [new RegExp(`"(${NAMES})":"(?:[^"\\\\]|\\\\.)*"?`, 'gis'), `"$1":"${HIDDEN}"`],
  [new RegExp(`\\\\"(${NAMES})\\\\": ?\\\\"(?:[^"\\\\]|\\\\\\\\(?:\\\\["\\\\]|[^"\\\\]))*(?:\\\\")?`, 'gi'), `\\"$1\\":\\"${HIDDEN}\\"`],
  [new RegExp(`"(${NAMES})":\\[(?:"(?:[^"\\\\]|\\\\.)*",?)*\\]?`, 'gis'), `"$1":"${HIDDEN}"`],
  // password=…&, ?key=…, tracklist=…;
  [new RegExp(`([?&;,\\s"'(]|^)(${NAMES}|(?:__Host-)?tracklist)(\\s*=\\s*)[^&\\s"';,)]+`, 'gi'), `$1$2$3${HIDDEN}`],
  [/\b(Token|Bearer|Basic) +[\w.~+/=-]{12,}/gi, `$1 ${HIDDEN}`],
  // postgres://name:password@host
  [/(:\/\/[^\s"':/@]{0,200}):[^\s"']{1,500}@/g, `$1:${HIDDEN}@`],
  [/\btracklist_[\w-]{16,}/g, HIDDEN],
  // A JSON Web Token; the value of a session's cookie; a hash of bcrypt.
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, HIDDEN],
  [/\b[\w-]{47}(?:\.|%2E)[\w%-]{43,}/gi, HIDDEN],
  [/\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}/g, HIDDEN],
];

/** A short text is a word like others, and hiding it everywhere would make nonsense. */
const SHORTEST = 6;

/**
 * The text without its secrets.
 * @param known values that are hidden wherever they stand
 */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  let shown = text;
  for (const secret of known) shown = shown.replaceAll(secret, HIDDEN);
  for (const [pattern, instead] of FORMS) shown = shown.replace(pattern, instead);
  return shown;
}

/** The secrets of a configuration: what is named so, and the passwords of its addresses, as written and as meant. */
export function secretsIn(settings: Record<string, unknown>): string[] {
  const found = Object.entries(settings).flatMap(([name, value]): string[] => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return secretsIn(value as Record<string, unknown>);
    const texts = [value].flat().filter((one) => typeof one === 'string');
    return /secret|password|token/i.test(name) ? texts : texts.flatMap(passwordsIn);
  });
  // In a log they stand within JSON.
  const within = found.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(within)].filter((secret) => secret.length >= SHORTEST).sort((one, other) => other.length - one.length);
}

function passwordsIn(address: string): string[] {
  const [, written] = /^[a-z][a-z0-9+.-]*:\/\/[^/:@]*:([^\s]+)@/i.exec(address) ?? [];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
