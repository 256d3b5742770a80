/** Recovery codes: made with the first factor or anew, and shown once. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { countCodes, makeCodes, storeCodes } from '../../../accounts/factors/recovery-codes.ts';
import { hasSecondFactor, noteFactor } from '../../../accounts/factors/second-factor.ts';
import type { Db } from '../../../db/db.ts';
import { act } from '../../../db/history/writer.ts';
import type { Door } from '../../../web/door.ts';
import * as urls from '../../../web/urls.ts';
import { authorOf, provenRoute } from './proof.ts';

/** GET and POST /account/security/codes. */
export function codes(app: FastifyInstance, door: Door): void {
  const { db, config } = door;
  provenRoute(app, door, urls.accountCodes, {
    about: async (_request, { id }) => ((await hasSecondFactor(db, id)) ? MAKE : undefined),
    otherwise: urls.accountSecurity,
    done: async (_request, reply, mine) => {
      const made = await makeCodes();
      await act(db, authorOf(mine), async (writer) => {
        const before = await countCodes(writer.db, mine.id);
        await storeCodes(writer.db, mine.id, made);
        await noteFactor(writer, mine, { 'recovery codes': [`${before} left`, 'made anew'] });
      });
      return showCodes(reply, 'Your new recovery codes', made.codes, config.siteName);
    },
  });
}

/** Codes for an account that has none yet, to be stored with its first factor; undefined where there are some. */
export async function firstCodes(db: Db, user: number): Promise<{ codes: string[]; store: (db: Db) => Promise<void> } | undefined> {
  if ((await countCodes(db, user)) > 0) return undefined;
  const made = await makeCodes();
  return { codes: made.codes, store: (trx) => storeCodes(trx, user, made) };
}

/** Shows codes on the answer to the form, which nothing keeps. */
export function showCodes(reply: FastifyReply, heading: string, made: readonly string[], siteName: string): Promise<FastifyReply> {
  const lines = [`Recovery codes for ${siteName}. Each works once.`, '', ...made, ''].join('\r\n');
  const page = { heading, codes: [...made], file: `data:text/plain;charset=utf-8,${encodeURIComponent(lines)}` };
  return reply.header('cache-control', 'no-store').page('pages/account-codes', page, { title: heading, nav: 'account' });
}

const MAKE = {
  heading: 'Make new recovery codes', isDangerous: false, button: 'Make new codes',
  sentence: 'You get ten new codes. The ones that you have now stop working.',
};
