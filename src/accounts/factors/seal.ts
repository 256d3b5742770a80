/**
 * Encrypts what has to be known again, such as the key of an authenticator app, under keys that derive from
 * the site's secrets: a copy of the database alone tells nothing. The first secret encrypts, all decrypt.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 'v1';
/** Bytes of the nonce and of the tag, as NIST SP 800-38D has them. */
const NONCE = 12;
const TAG = 16;

/**
 * Encrypts a text (AES-256-GCM).
 * @param owner what it belongs to: it opens for no other
 */
export function seal([secret = '']: readonly string[], text: string, owner: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce, { authTagLength: TAG }).setAAD(Buffer.from(owner));
  const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, markOf(secret), bytes.toString('base64url')].join('.');
}

/** The text; undefined when no secret opens it, it was changed, or it is another owner's. */
export function unseal(secrets: readonly string[], sealed: string, owner: string): string | undefined {
  const [version, mark, encoded = ''] = sealed.split('.');
  const bytes = Buffer.from(encoded, 'base64url');
  const secret = secrets.find((one) => markOf(one) === mark);
  if (version !== VERSION || secret === undefined || bytes.length < NONCE + TAG) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** How everything begins that a secret has sealed. */
export function sealOf([secret = '']: readonly string[]): string {
  return `${VERSION}.${markOf(secret)}.`;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'tracklist: second factor', 32));
}

function markOf(secret: string): string {
  return createHash('sha256').update(`tracklist: mark of a seal ${secret}`).digest('base64url').slice(0, 6);
}
