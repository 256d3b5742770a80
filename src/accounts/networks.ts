/** Networks of addresses: whose guesses, sign-ups, sessions and calls are counted together. */
import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/** An address of IPv6 that one household has to itself, and what one customer of a provider may have of them. */
const HOUSEHOLD = 64;
const SITE = 48;

/**
 * The networks that an address belongs to, the narrowest first: a single address of IPv4; of IPv6 its /64, and its
 * /48, because whoever can change the one can often change the other (RFC 6177). A text that is no address is its own.
 */
export function networksOf(address: string): string[] {
  if (!ipaddr.isValid(address)) return [address];
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return [parsed.toString()];
  return [HOUSEHOLD, SITE].map((bits) => `${cut(parsed.toByteArray(), bits)}/${bits}`);
}

/** The narrowest network of an address. */
export function networkOf(address: string): string {
  return networksOf(address)[0] as string;
}

/** Whether a text is an address of IPv4 or IPv6, written as people write it. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** A text as a key of a table that keeps no name and no address. */
export function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 24);
}

function cut(bytes: number[], bits: number): string {
  return ipaddr.fromByteArray(bytes.map((byte, index) => (index < bits / 8 ? byte : 0))).toString();
}
