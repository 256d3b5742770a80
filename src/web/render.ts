/** Renders a page: `reply.page(template, data, around)` adds what stands around every page. */
import { join } from 'node:path';
import view from '@fastify/view';
import { Eta } from 'eta';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { isProven } from './proof.ts';
import { themeOf } from './theme.ts';
import * as text from './text.ts';
import * as urls from './urls.ts';
import type { Layout, Views } from './views.ts';

/** What a route says of the frame around its page. */
export type Around = Pick<Layout, 'title'> & Partial<Omit<Layout, 'title' | 'siteName' | 'publicUrl' | 'theme' | 'here' | 'signupOpen' | 'canMail' | 'asksProof'>>;

/** Fills in what depends on who is looking: the person, their number of likes, the messages for them. */
export type Personal = (request: FastifyRequest, reply: FastifyReply) => Promise<Pick<Layout, 'person' | 'likedCount' | 'flash'>>;

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a page of views/, with the frame of the site around it. */
    page<Name extends keyof Views>(this: FastifyReply, name: Name, data: Views[Name], around: Around): Promise<FastifyReply>;
  }
}

const FOLDER = join(import.meta.dirname, '../../views');

/** Registers the templates. Call it in the scope whose routes answer with pages. */
export async function registerRender(app: FastifyInstance, config: Config, personal: Personal): Promise<void> {
  const eta = new Eta({
    views: FOLDER,
    cache: true,
    autoFilter: true,
    filterFunction: (value: unknown) => (value === null || value === undefined ? '' : String(value)),
  });
  await app.register(view, { engine: { eta }, root: FOLDER, viewExt: 'eta', production: true });
  app.decorateReply('page', async function (name, data, around) {
    const layout: Layout = {
      siteName: config.siteName,
      publicUrl: config.publicUrl,
      signupOpen: config.signup === 'open',
      canMail: config.mail !== undefined,
      theme: themeOf(this.request),
      here: this.request.url,
      asksProof: !isProven(this.request),
      ...(await personal(this.request, this)),
      ...around,
    };
    const html = await this.viewAsync(name, { ...data, layout, text, urls });
    return this.type('text/html; charset=utf-8').send(html);
  });
}
