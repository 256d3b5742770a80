/** What a letter says, and how it looks: one content, as plain text and as HTML. */
import { join } from 'node:path';
import { Eta } from 'eta';
import type { Config } from '../config.ts';

/** A letter in words. Each paragraph is a sentence or two; `facts` stand as pairs; `actions` are links. */
export type Letter = {
  subject: string;
  paragraphs: string[];
  facts?: [label: string, value: string][];
  actions?: { label: string; href: string }[];
  /** What follows the links. */
  after?: string[];
};

/** A letter on its way. */
export type Message = {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
};

const FOLDER = join(import.meta.dirname, '../../views/mail');
const html = new Eta({ views: FOLDER, cache: true, autoFilter: true, filterFunction: (value: unknown) => String(value ?? '') });
const plain = new Eta({ views: FOLDER, cache: true, autoEscape: false });

/** Lines of plain text are broken where people still read them well (RFC 3676 asks for at most 78). */
const WIDTH = 72;

/** Renders a letter. No line break of a name gets into the subject. */
export function messageOf(letter: Letter, { id, to }: { id: string; to: string }, { siteName, publicUrl }: Pick<Config, 'siteName' | 'publicUrl'>): Message {
  const data = { ...letter, facts: letter.facts ?? [], actions: letter.actions ?? [], after: letter.after ?? [], siteName, publicUrl };
  return {
    id: `<${id}@${new URL(publicUrl).hostname}>`,
    to,
    subject: letter.subject.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '),
    text: `${plain.render('letter-text', { ...data, wrapped }).replace(/\n{3,}/g, '\n\n').trim()}\n`,
    html: html.render('letter', data),
  };
}

/** Breaks a paragraph at spaces; a word that is longer than a line, such as an address, stays whole. */
function wrapped(paragraph: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
