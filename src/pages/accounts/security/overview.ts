/** What an account has besides its password. */
import type { FastifyInstance } from 'fastify';
import { appOf } from '../../../accounts/factors/app.ts';
import { mustHaveFactor } from '../../../accounts/factors/requirement.ts';
import { passkeysOf } from '../../../accounts/factors/passkeys.ts';
import { countCodes } from '../../../accounts/factors/recovery-codes.ts';
import { countSessions } from '../../../accounts/sessions.ts';
import type { Door } from '../../../web/door.ts';
import { person } from '../../../web/guards.ts';
import * as urls from '../../../web/urls.ts';
import { guarded } from './proof.ts';

/** GET /account/security. */
export function overview(app: FastifyInstance, { db, config }: Door): void {
  app.get(urls.accountSecurity, guarded, async (request, reply) => {
    const mine = await person(request);
    const { id } = mine;
    const own = await appOf(db, id);
    return reply.page('pages/account-security', {
      isRequired: mustHaveFactor(config.requireMfa, mine),
      app: own && { made: own.created_at, lastUsed: own.last_used_at },
      codes: await countCodes(db, id),
      passkeys: (await passkeysOf(db, id)).map((one) => ({ id: one.id, name: one.name, made: one.created_at, lastUsed: one.last_used_at })),
      otherSessions: Math.max(0, (await countSessions(db, id)) - 1),
    }, { title: 'Security', nav: 'account' });
  });
}
