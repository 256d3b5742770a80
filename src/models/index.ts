/** Every model, for what runs over all of them. */
import type { Model } from '../schema/define-model.ts';
import { album } from './album.ts';
import { song } from './song.ts';
import { user } from './user.ts';

export const models: readonly Model[] = [album, song, user];
