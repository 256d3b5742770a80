/** Every model, for what runs over all of them. */
import type { Model } from '../schema/define-model.ts';
import { album } from './album.ts';
import { group } from './group.ts';
import { like } from './like.ts';
import { redirect } from './redirect.ts';
import { song } from './song.ts';
import { token } from './token.ts';
import { user } from './user.ts';

export const models: readonly Model[] = [album, song, user, group, like, token, redirect];

/** The model of a table. Throws for a table that has none: whoever asks has the name from the program. */
export function modelOf(table: string): Model {
  const found = models.find((model) => model.table === table);
  if (!found) throw new Error(`No model has the table ${table}`);
  return found;
}
