/** What machines read: the feed of new albums, sitemaps, robots.txt, the description of the search. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { notFound } from '../errors.ts';
import { latestAlbums } from '../music/albums.ts';
import { sitemapPart, sitemapParts } from '../music/sitemap.ts';
import type { Door } from '../web/door.ts';
import { xml } from '../web/formats.ts';
import * as text from '../web/text.ts';
import * as urls from '../web/urls.ts';

const FEED_ENTRIES = 30;

/** GET the feed, /robots.txt, /sitemap.xml with its parts, and /opensearch.xml. */
export function feeds(app: FastifyInstance, { db, config }: Door): void {
  const at = (path: string): string => xml(config.publicUrl + path);

  app.get(urls.feed, async (_request, reply) => {
    const albums = await latestAlbums(db, FEED_ENTRIES);
    const entries = albums.map((album) => `
  <entry>
    <id>${at(`/albums/${album.id}`)}</id>
    <title>${xml(album.name)}</title>
    <link href="${at(urls.albumPath(album))}"/>
    <author><name>${xml(album.artist)}</name></author>
    <published>${album.created_at}</published>
    <updated>${album.updated_at}</updated>
    <summary>${xml(`Released ${text.date(album.year_released)}, ${text.plural(album.song_count, 'song')}.`)}</summary>
  </entry>`);
    return send(reply, 'application/atom+xml', `<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${at(urls.feed)}</id>
  <title>${xml(`New albums on ${config.siteName}`)}</title>
  <link rel="self" href="${at(urls.feed)}"/>
  <link href="${at(urls.albumsPath())}"/>
  <updated>${albums[0]?.updated_at ?? '1970-01-01T00:00:00.000Z'}</updated>${entries.join('')}
</feed>`);
  });

  app.get(urls.sitemap, async (_request, reply) => {
    const parts = Array.from({ length: await sitemapParts(db) }, (_, index) => `
  <sitemap><loc>${at(urls.sitemapPart(index + 1))}</loc></sitemap>`);
    return send(reply, 'application/xml', `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${parts.join('')}
</sitemapindex>`);
  });

  app.get('/sitemaps/:file', async (request, reply) => {
    const [, part] = /^([1-9]\d{0,6})\.xml$/.exec((request.params as { file: string }).file) ?? [];
    const entries = part === undefined ? undefined : await sitemapPart(db, Number(part));
    if (!entries) throw notFound();
    const locations = entries.map((entry) => `
  <url><loc>${at(addressOf(entry))}</loc>${entry.updated_at ? `<lastmod>${entry.updated_at}</lastmod>` : ''}</url>`);
    return send(reply, 'application/xml', `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${locations.join('')}
</urlset>`);
  });

  app.get(urls.robots, (_request, reply) => reply.type('text/plain; charset=utf-8').send(
    `User-agent: *\nDisallow: /search\nDisallow: /liked\nDisallow: /account\nDisallow: /login\nDisallow: /signup\n\nSitemap: ${config.publicUrl}${urls.sitemap}\n`));

  app.get(urls.openSearch, (_request, reply) => send(reply, 'application/opensearchdescription+xml', `<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>${xml(Array.from(config.siteName).slice(0, 16).join(''))}</ShortName>
  <Description>${xml(`Search albums, songs and artists on ${config.siteName}`)}</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Url type="text/html" template="${at(urls.searchPath())}?q={searchTerms}"/>
</OpenSearchDescription>`));
}

function addressOf(entry: Awaited<ReturnType<typeof sitemapPart>> extends (infer Entry)[] | undefined ? Entry : never): string {
  if ('song_name' in entry) return urls.songPath(entry);
  return 'id' in entry ? urls.albumPath(entry) : urls.artistPath(entry.name);
}

function send(reply: FastifyReply, type: string, body: string): FastifyReply {
  return reply.type(`${type}; charset=utf-8`).send(`<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`);
}
