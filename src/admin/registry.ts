/** The sections of the admin area, in the order of the side nav. A new model is added here, and is in the admin. */
import type { Section } from './section.ts';
import { albums } from './sections/albums.ts';
import { groups } from './sections/groups.ts';
import { likes } from './sections/likes.ts';
import { songs } from './sections/songs.ts';
import { tokens } from './sections/tokens.ts';
import { users } from './sections/users.ts';

export const sections: readonly Section[] = [albums, songs, users, groups, likes, tokens];

/** The section of a model, when it has one. */
export function sectionOf(table: string): Section | undefined {
  return sections.find((section) => section.model.table === table);
}
