/**
 * The map of the site: everything in the order in which a request meets it. Nothing is loaded by its
 * place in a folder; what is not named here is not served.
 */
import formbody from '@fastify/formbody';
import fastify, { type FastifyInstance } from 'fastify';
import { composer } from './accounts/mail/letters.ts';
import { admin } from './admin/index.ts';
import { api } from './api/index.ts';
import type { Config } from './config.ts';
import type { Db } from './db/db.ts';
import { Post } from './mail/post.ts';
import { budgetOf } from './memory.ts';
import { accounts } from './pages/accounts/index.ts';
import { albums } from './pages/albums.ts';
import { artists } from './pages/artists.ts';
import { covers } from './pages/covers.ts';
import { devMail } from './pages/dev-mail.ts';
import { feeds } from './pages/feeds.ts';
import { home } from './pages/home.ts';
import { likedExports } from './pages/liked-exports.ts';
import { likes } from './pages/likes.ts';
import { search } from './pages/search.ts';
import { sleeves } from './pages/sleeves.ts';
import { songs } from './pages/songs.ts';
import { texts } from './pages/texts.ts';
import { personalOf } from './pages/visitor.ts';
import { registerAssets } from './web/assets.ts';
import { earlyErrors, registerErrors } from './web/errors.ts';
import { type Readiness, registerHealth } from './web/health.ts';
import { registerHeaders } from './web/headers.ts';
import { originForm, registerHosts } from './web/hosts.ts';
import { registerHttps } from './web/https.ts';
import { type LogStream, loggerOf } from './web/logger.ts';
import { registerPageCache } from './web/page-cache.ts';
import { registerRender } from './web/render.ts';
import { type Route, recordRoutes } from './web/routes.ts';
import { registerSameOrigin } from './web/same-origin.ts';
import { registerCookies, registerSession } from './web/session.ts';
import { registerSingleHeaders } from './web/single-headers.ts';
import { cutSlowClients, LONGEST_REQUEST, PACE, type Pace } from './web/slow-clients.ts';
import { registerTheme } from './web/theme.ts';
import * as urls from './web/urls.ts';

/** The site: `app` answers, `routes` is the list of what it answers, `readiness` is told when it stops, `post` sends the mail. */
export type Tracklist = { app: FastifyInstance; routes: Route[]; readiness: Readiness; post: Post };

/** A form is at most this long; files come with the import. */
const BODY_LIMIT = 64 * 1024;

/**
 * Builds the site on an open and migrated database. The caller listens, closes it, and closes the database.
 * @param log takes the lines of the log instead of the standard output
 * @param pace how fast a client has to be, in a test that can't wait
 */
export async function buildApp({ db, config, log, pace = PACE }: { db: Db; config: Config; log?: LogStream; pace?: Pace }): Promise<Tracklist> {
  const app = fastify({
    logger: loggerOf(config, log),
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    bodyLimit: BODY_LIMIT,
    // Node checks the second only when it is not longer than the first.
    requestTimeout: LONGEST_REQUEST,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
    keepAliveTimeout: 20_000,
    maxRequestsPerSocket: 10_000,
    return503OnClosing: true,
    rewriteUrl: originForm,
    routerOptions: { maxParamLength: 4000 },
    genReqId: () => crypto.randomUUID(),
    ...earlyErrors(config),
  });
  const readiness: Readiness = { stopping: false };
  const routes = recordRoutes(app);
  const secure = config.publicUrl.startsWith('https:');

  cutSlowClients(app.server, pace);
  registerHeaders(app, config);
  registerSingleHeaders(app);
  registerHosts(app, config);
  registerHttps(app, config);
  registerSameOrigin(app, config);
  await app.register(async (files) => {
    files.addHook('onRoute', (route) => { route.config = { ...route.config, isFile: true }; });
    registerAssets(files);
    registerHealth(files, { db, readiness });
  });

  await registerCookies(app);
  registerPageCache(app, { db, mostBytes: budgetOf(config.memoryLimit)?.pages });
  // Pages take forms and nothing else; the API reads bodies by itself.
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit: BODY_LIMIT });
  await registerSession(app, { db, secrets: config.secrets, secure, requireMfa: config.requireMfa, days: config.sessionDays });
  await registerRender(app, config, personalOf(db));
  registerErrors(app);
  const post = postOf(app, { db, config });

  const door = { db, config };
  registerTheme(app, { secure });
  home(app, door);
  albums(app, door);
  songs(app, door);
  artists(app, door);
  search(app, door);
  likes(app, door);
  likedExports(app, door);
  accounts(app, door);
  sleeves(app, door);
  covers(app, door);
  feeds(app, door);
  texts(app, door);
  if (!config.production) devMail(app, post);
  await admin(app, door);
  await api(app, door);

  await app.ready();
  return { app, routes, readiness, post };
}

/** The post, which begins when the site listens and ends with it. */
function postOf(app: FastifyInstance, { db, config }: { db: Db; config: Config }): Post {
  const site = (path: string): string => config.publicUrl + path;
  const links = { confirm: (key: string) => site(urls.confirmPath(key)), password: (key: string) => site(urls.passwordLinkPath(key)), forgot: site(urls.forgot), tokens: site(urls.accountTokens) };
  const post = new Post({ db, config, compose: composer({ db, siteName: config.siteName, links }), log: app.log });
  app.addHook('onListen', async () => post.start());
  app.addHook('onClose', () => post.stop());
  return post;
}
