/** The tests run wherever the project is, all of them, and nothing that is made for them is used elsewhere. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const THIS = relative(ROOT, import.meta.filename);
const FILES = ['src', 'migrations', 'e2e'].flatMap((folder) => globSync(`${folder}/**/*.{ts,js}`, { cwd: ROOT })).filter((file) => file !== THIS);

/** What leaves a test out, or leaves out all the others: as a method, or as an option behind the name of the test. */
const LEFT_OUT = [
  /\b(?:test|it|describe|suite|t|context)(?:\.\w+)*\.(?:skip|todo|only|fixme|fail)\b/,
  /\b(?:test|it|describe|suite)(?:\.\w+)*\(\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)\s*,\s*\{[^}]*\b(?:skip|todo|only|expectFailure)\b/,
];

/** The first words that leave a test out; undefined when there are none. */
function leftOut(text: string): string | undefined {
  return LEFT_OUT.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
}

/** The literals of a file that lead out of the project: more steps up than the file is deep, or a place on somebody's machine. */
function outside(file: string, text: string): string[] {
  const depth = dirname(file).split('/').length;
  const steps = [...text.matchAll(/(['"`])((?:\.\.\/)+(?:\.\.)?|\.\.)(?=[\w.-]|\1)/g)].filter(([, , up]) => (up as string).split('..').length - 1 > depth);
  const apart = [...text.matchAll(/(?:(['"`])\.\.\1\s*,?\s*)+/g)].filter(([all]) => all.split('..').length - 1 > depth);
  const places = [...text.matchAll(/['"`]\/(?:work|home|root|Users|mnt|srv)\/[^'"`]*/g)];
  return [...steps, ...apart, ...places].map(([all]) => all);
}

describe('no test', () => {
  const tests = FILES.filter((file) => /\.(?:test|spec)\.ts$/.test(file));

  test('is left out', () => {
    assert.ok(tests.length > 100, `${tests.length}`);
    const found = tests.flatMap((file) => leftOut(readFileSync(join(ROOT, file), 'utf8')) ?? []);
    assert.deepEqual(found, []);
  });

  test('and no other file reads outside of the project', () => {
    assert.deepEqual(FILES.flatMap((file) => outside(file, readFileSync(join(ROOT, file), 'utf8')).map((literal) => `${file}: ${literal}`)), []);
  });

  test('is left out unseen: each way to do it is found, and nothing else', () => {
    for (const text of [
      "test.skip('a', () => {});", "describe.only('a', () => {});", 'test.describe.fixme("a", () => {});', "t.todo('later')", "test.skip(browserName === 'x')",
      "test('it’s a (small) one', { skip: missing(name) }, () => {});", 'test(`a b`, {\n  concurrency: true,\n  skip,\n}, () => {});', "describe('a', { todo: true }, () => {});",
    ]) assert.ok(leftOut(text), text);
    for (const text of ["pages.ids({ skip: 7, size: 5 })", "test('what to skip', async () => { await page({ skip: 0 }); });", "test('a', { concurrency: true }, () => {});", 'list.only(1)']) {
      assert.equal(leftOut(text), undefined, text);
    }
  });

  test('reads elsewhere unseen', () => {
    for (const text of ["join(import.meta.dirname, '../../../shared')", "'../../..'", "join(here, '..', '..', '..')", "'/home/ann/songs.csv'"]) assert.equal(outside('src/web/a.test.ts', text).length, 1, text);
    for (const text of ["import '../testing/app.ts'", "'../../e2e'", "join(here, '..', '..')", "get('/albums/../../../etc')", "'/etc/passwd'"]) assert.deepEqual(outside('src/web/a.test.ts', text), [], text);
  });
});

test('passwords are hashed cheaply in tests alone', () => {
  const users = FILES.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('hashCheaply'));
  assert.deepEqual(users.filter((file) => !file.endsWith('.test.ts')).sort(), ['src/accounts/passwords.ts', 'src/testing/app.ts']);
});

test('nothing of the product imports what is made for tests', () => {
  const product = FILES.filter((file) => file.startsWith('src/') && !file.startsWith('src/testing/') && !file.endsWith('.test.ts'));
  assert.deepEqual(product.filter((file) => /from '[^']*\/testing\//.test(readFileSync(join(ROOT, file), 'utf8'))), []);
});
