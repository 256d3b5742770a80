// Every address of the site is spelled here, and only here. Given to the templates as `it.urls`.
import { createHash } from 'node:crypto';
import { normalized } from '../schema/normalized.ts';
import { publicFile } from './public-files.ts';

export * as admin from './admin-urls.ts';

export type AlbumOrder = 'newest' | 'oldest' | 'name' | 'streams';
export type SongOrder = 'streams' | 'likes' | 'newest' | 'name';
export type LikedOrder = 'newest' | 'artist' | 'streams';
export type SearchKind = 'all' | 'albums' | 'songs' | 'artists';

/** What a list shows. A value left out, or its default (the first order, page 1), leaves no trace in the address. */
export interface AlbumList { order?: AlbumOrder | undefined; decade?: number | undefined; year?: number | undefined; page?: number | undefined }
export interface SongList { order?: SongOrder | undefined; decade?: number | undefined; page?: number | undefined }
export interface ArtistList { letter?: string | undefined; page?: number | undefined }
export interface LikedList { order?: LikedOrder | undefined; page?: number | undefined }
export interface SearchList { q: string; kind?: SearchKind | undefined; page?: number | undefined }

export const home = '/';
export const suggestions = '/search/suggestions';
export const login = '/login';
/** After the password, for an account with a second factor. */
export const loginCode = '/login/code';
export const loginPasskey = '/login/passkey';
export const loginPasskeyOptions = '/login/passkey/options';
export const signup = '/signup';
export const logout = '/logout';
export const setup = '/setup';
export const passwordLink = '/password';
export const forgot = '/forgot';
export const forgotSent = '/forgot/sent';
export const confirm = '/confirm';
export const devMail = '/dev/mail';
export const theme = '/theme';
export const about = '/about';
export const privacy = '/privacy';
export const accessibility = '/accessibility';
export const likedCsv = '/liked.csv';
export const likedJson = '/liked.json';
export const likedXspf = '/liked.xspf';
export const likedRemoveAll = '/liked/remove-all';
export const likedRestore = '/liked/restore';
export const account = '/account';
export const accountPassword = '/account/password';
export const accountSecurity = '/account/security';
export const accountApp = '/account/security/app';
export const accountAppConfirm = '/account/security/app/confirm';
export const accountAppRemove = '/account/security/app/remove';
export const accountCodes = '/account/security/codes';
export const accountPasskeys = '/account/security/passkeys';
export const accountPasskeyOptions = '/account/security/passkeys/options';
export const accountEmail = '/account/email';
export const accountEmailResend = '/account/email/resend';
export const accountEmailCancel = '/account/email/cancel';
export const accountSessions = '/account/sessions';
/** Where somebody proves anew who they are. */
export const accountConfirm = '/account/confirm';
export const accountTokens = '/account/tokens';
export const accountData = '/account/data.json';
export const accountDelete = '/account/delete';
export const api = '/api';
export const apiDocs = '/api/docs';
export const openApi = '/api/openapi.json';
export const feed = '/feeds/albums.atom';
export const openSearch = '/opensearch.xml';
export const robots = '/robots.txt';
export const sitemap = '/sitemap.xml';

/** The documentation of one group of calls. */
export const apiDocsOf = (group: string): string => `${apiDocs}/${group}`;
export const sitemapPart = (part: number): string => `/sitemaps/${part}.xml`;
/** The link that is handed to somebody who is to set a password. */
export const passwordLinkPath = (key: string): string => `${passwordLink}?key=${encodeURIComponent(key)}`;
/** The link that goes to an address that is to be confirmed. */
export const confirmPath = (key: string): string => `${confirm}?key=${encodeURIComponent(key)}`;
export const devMailPath = (number: number): string => `${devMail}/${number}`;
export const devMailHtmlPath = (number: number): string => `${devMail}/${number}/html`;
export const likePath = (id: number): string => `/songs/${id}/like`;
export const unlikePath = (id: number): string => `/songs/${id}/unlike`;
export const removePasskeyPath = (id: number): string => `${accountPasskeys}/${id}/remove`;
export const endOtherSessions = '/account/sessions/end-others';
export const endSessionPath = (id: number | string): string => `/account/sessions/${id}/end`;
export const revokeTokenPath = (id: number): string => `/account/tokens/${id}/revoke`;
export const sleevePath = (sleeve: string, size: 'full' | 'small' = 'full'): string =>
  size === 'small' ? `/sleeves/${sleeve}-s.svg` : `/sleeves/${sleeve}.svg`;
export const coverPath = (cover: string, width: 96 | 320 | 640 | 1280): string => `/covers/${cover}-${width}.webp`;
/** How large an album's picture stands: `small` in a row, `full` on a wall, `large` on its page; `plain` is large, and bare of a label. */
export type SleeveSize = 'small' | 'full' | 'large' | 'plain';
const COVER_WIDTHS = { small: 96, full: 320, large: 640, plain: 640 } as const;
/** What an album is shown by: the cover that somebody has uploaded, or else its generated sleeve. */
export function sleeveOf({ sleeve, cover }: { sleeve: string; cover: string }, size: SleeveSize = 'full'): string {
  return cover === '' ? sleevePath(sleeve, size === 'small' || size === 'plain' ? 'small' : 'full') : coverPath(cover, COVER_WIDTHS[size]);
}
/** The same for a link that is shared: a JPEG, which every program shows. */
export const sharedSleeveOf = ({ sleeve, cover }: { sleeve: string; cover: string }): string => (cover === '' ? sleevePath(sleeve) : `/covers/${cover}.jpg`);
/** The id that a row carries, so that a like can come back to it. */
export const songAnchor = (id: number): string => `song-${id}`;

export function albumPath(album: { id: number; name: string }): string {
  return withSlug('/albums/', album.id, album.name);
}

export function songPath(song: { id: number; song_name: string }): string {
  return withSlug('/songs/', song.id, song.song_name);
}

/** A browser reads `.` and `..` in a path as directories, however they are written: such a name is found by search. */
export function artistPath(name: string): string {
  if (name === '.' || name === '..') return searchPath({ q: name, kind: 'albums' });
  return `/artists/${encodeURIComponent(name.toWellFormed())}`;
}

export function albumsPath({ order, decade, year, page }: AlbumList = {}): string {
  return withQuery('/albums', [['order', unless('newest', order)], ['decade', year ? undefined : decade], ['year', year], ['page', unless(1, page)]]);
}

export function songsPath({ order, decade, page }: SongList = {}): string {
  return withQuery('/songs', [['order', unless('streams', order)], ['decade', decade], ['page', unless(1, page)]]);
}

export function artistsPath({ letter, page }: ArtistList = {}): string {
  return withQuery('/artists', [['letter', letter], ['page', unless(1, page)]]);
}

export function likedPath({ order, page }: LikedList = {}): string {
  return withQuery('/liked', [['order', unless('newest', order)], ['page', unless(1, page)]]);
}

export function searchPath({ q, kind, page }: SearchList = { q: '' }): string {
  return withQuery('/search', [['q', q || undefined], ['kind', unless('all', kind)], ['page', unless(1, page)]]);
}

/** To log in (or sign up) and come back. */
export function withNext(path: string, next?: string): string {
  return withQuery(path, [['next', unless('/', next)]]);
}

/** 'Hounds of Love' -> 'hounds-of-love'. Latin accents are folded, other scripts kept; '' when nothing is left. */
export function slug(name: string): string {
  // Most names are plain letters, which need no folding: a third of the time, on a page with a hundred links.
  if (/^[\x20-\x7e]*$/.test(name)) return cut(name.toLowerCase().replace(/'/g, '').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''), 60);
  const words = foldLatin(normalized(name.toWellFormed(), 'NFKC').toLowerCase())
    .replace(/['’ʼ]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^[-\p{M}]+|-$/gu, '');
  return cut(words, 60);
}

/** The id at the head of a path segment such as '12-hounds-of-love'; undefined for anything else. */
export function idOf(segment: string): number | undefined {
  const digits = /^([1-9]\d{0,15})(?:-|$)/.exec(segment)?.[1];
  const id = Number(digits);
  return Number.isSafeInteger(id) ? id : undefined;
}

const LATIN_LETTERS: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ð: 'd', þ: 'th', đ: 'd', ł: 'l', ħ: 'h', ı: 'i', ŋ: 'n', ŧ: 't',
};

function foldLatin(text: string): string {
  const folded = normalized(text, 'NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .replace(/[ßæœøðþđłħıŋŧ]/g, (letter) => LATIN_LETTERS[letter] ?? letter);
  return normalized(folded, 'NFC');
}

function cut(words: string, limit: number): string {
  if (words.length <= limit) return words;
  const characters = [...words];
  if (characters.length <= limit) return words;
  const head = characters.slice(0, limit).join('');
  if (characters[limit] === '-') return head;
  const boundary = head.lastIndexOf('-');
  return boundary > 0 ? head.slice(0, boundary) : head;
}

function withSlug(folder: string, id: number, name: string): string {
  const words = slug(name);
  return words ? `${folder}${id}-${encodeURIComponent(words)}` : `${folder}${id}`;
}

function withQuery(path: string, parameters: [name: string, value: string | number | undefined][]): string {
  let query = '';
  for (const [name, value] of parameters) {
    if (value !== undefined) query += `${query ? '&' : '?'}${name}=${encodeURIComponent(String(value).toWellFormed())}`;
  }
  return path + query;
}

function unless<T>(usual: T, value: T | undefined): T | undefined {
  return value === usual ? undefined : value;
}

/** A file under public/ that may be kept for ever, because its address changes with its content. */
interface Asset { path: string; integrity: string }

const assets = new Map<string, Asset>();

/** asset('/site.css') -> { path: '/site.css?v=1a2b3c4d', integrity: 'sha384-…' }; read once. */
export function asset(path: string): Asset {
  const known = assets.get(path);
  if (known) return known;
  const content = publicFile(path);
  const version = createHash('sha256').update(content).digest('hex').slice(0, 8);
  const integrity = `sha384-${createHash('sha384').update(content).digest('base64')}`;
  const found = { path: `${path}?v=${version}`, integrity };
  assets.set(path, found);
  return found;
}

/** The path of an address, without its query and its fragment. */
export function pathOf(url: string): string {
  return /^[^?#]*/.exec(url)?.[0] ?? url;
}
