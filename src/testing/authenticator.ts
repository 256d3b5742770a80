/** A device that makes passkeys and signs with them, in software (WebAuthn level 3, ES256, no attestation). */
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

type Registration = { challenge: string; rp: { id?: string }; user: { id: string } };
type Login = { challenge: string; rpId?: string };

/** Flags of the authenticator data: somebody was there, was known by the device, and a key is attached. */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTACHED = 0x40;

export class Authenticator {
  /** What the next answer differs in from an honest one. */
  origin = 'http://localhost:8000';
  isVerified = true;
  counter = 0;
  readonly id = randomBytes(16);
  readonly #key: KeyObject;
  readonly #coordinates: { x: Buffer; y: Buffer };
  #handle = '';

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#key = privateKey;
    this.#coordinates = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
  }

  /** Makes the passkey, and answers as the page's script sends it. */
  register({ challenge, rp, user }: Registration): string {
    this.#handle = user.id;
    // COSE: { 1: 2, 3: -7, -1: 1, -2: x, -3: y }
    const { x, y } = this.#coordinates;
    const cose = Buffer.concat([Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]), x, Buffer.from([0x22, 0x58, 32]), y]);
    const data = Buffer.concat([this.#data(rp.id, ATTACHED), Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, cose]);
    // CBOR: { fmt: "none", attStmt: {}, authData: data }
    const attestation = Buffer.concat([Buffer.from([0xa3]), word('fmt'), word('none'), word('attStmt'), Buffer.from([0xa0]), word('authData'), Buffer.from([0x58, data.length]), data]);
    return this.#answer({ clientDataJSON: this.#client('webauthn.create', challenge), attestationObject: attestation.toString('base64url'), transports: ['internal'] });
  }

  /** Signs a question. */
  sign({ challenge, rpId }: Login): string {
    const client = this.#client('webauthn.get', challenge);
    const data = this.#data(rpId, 0);
    const signature = createSign('sha256').update(Buffer.concat([data, sha256(Buffer.from(client, 'base64url'))])).sign(this.#key);
    return this.#answer({ clientDataJSON: client, authenticatorData: data.toString('base64url'), signature: signature.toString('base64url'), userHandle: this.#handle });
  }

  #answer(response: Record<string, unknown>): string {
    const id = this.id.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }

  #client(type: string, challenge: string): string {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false })).toString('base64url');
  }

  #data(domain: string | undefined, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(Buffer.from(domain ?? '')), Buffer.from([PRESENT | (this.isVerified ? VERIFIED : 0) | more]), counter]);
  }
}

function word(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
