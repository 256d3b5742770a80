/** The only reader of the environment. Every fault is told at once, one sentence each. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { addressOf } from './schema/address.ts';

export type Config = {
  production: boolean;
  host: string;
  port: number;
  /** Scheme and host under which people reach the site, without a closing slash. */
  publicUrl: string;
  databaseUrl: string;
  /** What signs the session cookies: the first makes new ones, the others are still honoured. Empty only outside production. */
  secrets: string[];
  logLevel: string;
  signup: 'open' | 'closed';
  /** Networks of the proxies whose forwarding headers are believed, as CIDR. */
  trustProxy: string[];
  siteName: string;
  /** Calls of the API in a minute: of a stranger's address, and of a person or token. Infinity for no limit. */
  apiLimits: { address: number; person: number };
  /** Who has to have a second factor. */
  requireMfa: 'nobody' | 'staff';
  /** What signs JSON Web Tokens; without it the API gives none. */
  jwtSecret: string | undefined;
  /** How mail is sent; undefined where none can be, which is production without SMTP_URL. */
  mail: MailSettings | undefined;
  /** Megabytes that the process takes at most; Infinity for no limit. */
  memoryLimit: number;
  /** When a session ends: so many days after the last visit, and so many after the log-in. */
  sessionDays: { idle: number; all: number };
};

/** Who letters come from, and the server that takes them; without a server they are kept to be looked at, outside production. */
export type MailSettings = { from: { name: string; address: string }; server: MailServer | undefined };
/** A mail server. `isSecure`: TLS from the first byte, not by STARTTLS. */
export type MailServer = { host: string; port: number; isSecure: boolean; login: { user: string; password: string } | undefined };

/** What is wrong with the configuration: `faults` holds a sentence for each. */
export class ConfigFault extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigFault';
    this.faults = faults;
  }
}

/** Adds what a `.env` file in the present folder sets and the environment does not. */
export function environment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

type Environment = Record<string, string | undefined>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
/** Node, the code and what every request needs take most of it. */
const LEAST_MEMORY = 256;
const SAMPLE_SECRETS = /^(.)\1*$|change|secret|example|password|tracklist/i;

/**
 * Reads and checks the configuration.
 * @throws ConfigFault with all faults
 */
export function readConfig(settings: Environment): Config {
  const faults: string[] = [];
  const value = (name: string, otherwise: string): string => settings[name]?.trim() || otherwise;
  const production = settings['NODE_ENV'] === 'production';
  const port = readPort(value('PORT', '8000'), faults);
  const config: Config = {
    production,
    host: value('HOST', production ? '0.0.0.0' : 'localhost'),
    port,
    publicUrl: readPublicUrl(value('PUBLIC_URL', production ? '' : `http://localhost:${port}`), faults),
    databaseUrl: readDatabaseUrl(value('DATABASE_URL', 'sqlite:data/tracklist.db'), faults),
    secrets: readSecrets(settings['SESSION_SECRET'] ?? '', production, faults),
    logLevel: oneOf('LOG_LEVEL', value('LOG_LEVEL', 'info'), LOG_LEVELS, faults),
    signup: oneOf('SIGNUP', value('SIGNUP', 'open'), ['open', 'closed'], faults) as Config['signup'],
    trustProxy: readNetworks(value('TRUST_PROXY', ''), faults),
    siteName: readSiteName(value('SITE_NAME', 'Tracklist'), faults),
    apiLimits: readApiLimits(value('API_LIMITS', '600,6000'), faults),
    requireMfa: oneOf('REQUIRE_MFA', value('REQUIRE_MFA', 'nobody'), ['nobody', 'staff'], faults) as Config['requireMfa'],
    jwtSecret: readJwtSecret(value('JWT_SECRET', ''), faults),
    mail: readMail({ url: value('SMTP_URL', ''), from: value('MAIL_FROM', '') }, { production, siteName: value('SITE_NAME', 'Tracklist') }, faults),
    memoryLimit: readMemoryLimit(value('MEMORY_LIMIT', '512'), faults),
    sessionDays: { idle: readDays('SESSION_IDLE_DAYS', value('SESSION_IDLE_DAYS', '14'), faults), all: readDays('SESSION_DAYS', value('SESSION_DAYS', '90'), faults) },
  };
  if (config.publicUrl.startsWith('https:') && config.trustProxy.length === 0) {
    faults.push('PUBLIC_URL is https, so a proxy ends TLS: set TRUST_PROXY to its network, like 10.0.0.0/8, or nobody could log in.');
  }
  if (faults.length > 0) throw new ConfigFault(faults);
  return config;
}

function readPort(text: string, faults: string[]): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65535) faults.push(`PORT must be a number from 0 to 65535, not "${text}".`);
  return port;
}

function readPublicUrl(text: string, faults: string[]): string {
  if (text === '') {
    faults.push('PUBLIC_URL must be set in production: the address under which people reach the site, like https://music.example.org.');
    return text;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    faults.push(`PUBLIC_URL must be scheme and host alone, like https://music.example.org, not "${text}".`);
    return text;
  }
  return url.origin;
}

function readDatabaseUrl(text: string, faults: string[]): string {
  if (!/^sqlite:.+$|^postgres(ql)?:\/\/.+$/.test(text)) {
    // What follows the scheme may hold a password, so it is not repeated.
    faults.push('DATABASE_URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.');
  }
  return text;
}

function readSecrets(text: string, production: boolean, faults: string[]): string[] {
  const secrets = text.split(/[\s,]+/).filter((secret) => secret !== '');
  if (production && secrets.length === 0) {
    faults.push('SESSION_SECRET must be set in production: at least 32 random characters, like the output of "openssl rand -hex 32".');
  }
  secrets.forEach((secret, index) => {
    if (secret.length < 32) faults.push(`SESSION_SECRET number ${index + 1} has ${secret.length} characters: use at least 32 random ones.`);
    else if (SAMPLE_SECRETS.test(secret) || new Set(secret).size < 10) faults.push(`SESSION_SECRET number ${index + 1} can be guessed: use random characters, like the output of "openssl rand -hex 32".`);
  });
  return secrets;
}

function readNetworks(text: string, faults: string[]): string[] {
  const networks = text.split(/[\s,]+/).filter((network) => network !== '');
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
    if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) {
      faults.push(`TRUST_PROXY must list networks as CIDR, like 10.0.0.0/8 or 127.0.0.1/32, not "${network}".`);
    } else if (Number(bits) === 0) {
      faults.push(`TRUST_PROXY must not trust everybody, as "${network}" does.`);
    }
  }
  return networks;
}

function readSiteName(text: string, faults: string[]): string {
  if (Array.from(text).length > 40) faults.push('SITE_NAME must be at most 40 characters.');
  return text;
}

function readApiLimits(text: string, faults: string[]): Config['apiLimits'] {
  if (text === 'off') return { address: Number.POSITIVE_INFINITY, person: Number.POSITIVE_INFINITY };
  const [, address, person] = /^(\d{1,9}),\s*(\d{1,9})$/.exec(text) ?? [];
  if (!Number(address) || !Number(person)) faults.push(`API_LIMITS must be two numbers of calls in a minute, of a stranger and of a person, like 600,6000, or off, not "${text}".`);
  return { address: Number(address), person: Number(person) };
}

function readJwtSecret(text: string, faults: string[]): string | undefined {
  if (text === '') return undefined;
  if (text.length < 32 || SAMPLE_SECRETS.test(text) || new Set(text).size < 10) faults.push('JWT_SECRET must be at least 32 random characters, like the output of "openssl rand -hex 32".');
  return text;
}

function readMemoryLimit(text: string, faults: string[]): number {
  if (text === 'off') return Number.POSITIVE_INFINITY;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < LEAST_MEMORY) faults.push(`MEMORY_LIMIT must be a number of megabytes from ${LEAST_MEMORY}, like 512, or off, not "${text}".`);
  return limit;
}

function readDays(name: string, text: string, faults: string[]): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 400) faults.push(`${name} must be a number of days from 1 to 400, not "${text}".`);
  return days;
}

function oneOf(name: string, text: string, choices: string[], faults: string[]): string {
  if (!choices.includes(text)) faults.push(`${name} must be one of ${choices.join(', ')}, not "${text}".`);
  return text;
}

const SMTP_SHAPE = 'SMTP_URL must be smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start; special characters in USER and PASSWORD as %40.';

/** The address may hold a password, so no fault repeats it. */
function readMail({ url, from }: { url: string; from: string }, { production, siteName }: { production: boolean; siteName: string }, faults: string[]): MailSettings | undefined {
  const server = url === '' ? undefined : readServer(url, faults);
  if (url !== '' && from === '') faults.push('MAIL_FROM must be set with SMTP_URL: who mails come from, like no-reply@example.org.');
  const sender = readSender(from || 'tracklist@localhost', siteName);
  if (!sender) faults.push(`MAIL_FROM must be an e-mail address, alone or like Tracklist <no-reply@example.org>, not "${from}".`);
  return sender && (server || !production) ? { from: sender, server } : undefined;
}

function readServer(text: string, faults: string[]): MailServer | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const parts = url && /^smtps?:$/.test(url.protocol) && url.hostname !== '' && /^\/?$/.test(url.pathname) && !url.search && !url.hash;
  const [user, password] = [decoded(url?.username), decoded(url?.password)];
  if (!parts || user === undefined || password === undefined || (user === '') !== (password === '')) {
    faults.push(SMTP_SHAPE);
    return undefined;
  }
  const isSecure = url.protocol === 'smtps:';
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || (isSecure ? 465 : 587), isSecure, login: user === '' ? undefined : { user, password } };
}

function decoded(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function readSender(text: string, siteName: string): MailSettings['from'] | undefined {
  const [, name = '', bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [];
  const address = addressOf((bracketed ?? text).trim());
  const shown = name.trim().replace(/^"(.*)"$/, '$1') || siteName;
  return address === undefined || /\p{Cc}/u.test(shown) ? undefined : { name: shown, address };
}
