/** E-mail addresses: what counts as one, and which two are the same. Every door asks here. */
import { domainToASCII, domainToUnicode } from 'node:url';
import { normalized } from './normalized.ts';

/** Said of what is no e-mail address, wherever one is typed. */
export const NO_ADDRESS = 'Enter an e-mail address like ann@example.org.';

/** An address in an SMTP path is at most this long (RFC 5321, 4.5.3.1.3, less the angle brackets). */
export const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL = 64;

/** A dot-atom (RFC 5322, 3.2.3), with the letters of other scripts (RFC 6531): no space, quote, bracket or control character. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** What a domain may be typed with: Node's domainToASCII would cut it at a slash, and decode what is escaped. */
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An address in the one form in which it is kept: the part before the @ as typed (NFC), the domain in small letters
 * of its own script. Undefined for what is no address.
 */
export function addressOf(text: string): string | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  const at = text.lastIndexOf('@');
  const local = normalized(text.slice(0, Math.max(at, 0)), 'NFC');
  const typed = text.slice(at + 1);
  const domain = TYPED_DOMAIN.test(typed) ? domainToASCII(typed) : '';
  if (Buffer.byteLength(local) > LONGEST_LOCAL || !LOCAL.test(local) || !isDomain(domain)) return undefined;
  const address = `${local}@${domainToUnicode(domain)}`;
  return address.length > LONGEST_ADDRESS || local.length + 1 + domain.length > LONGEST_ADDRESS ? undefined : address;
}

/** Labels of letters, digits and hyphens, the last not of digits alone: that would be a network address. */
function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  return labels.every((label) => LABEL.test(label)) && !/^[0-9]*$/.test(labels.at(-1) ?? '');
}
