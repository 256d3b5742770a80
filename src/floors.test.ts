/** The arrows of the house: a file imports its own folder or a lower floor, never another door or room. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const SOURCE = import.meta.dirname;

/** What each folder or single file may import besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  'errors.ts': [],
  'config.ts': ['schema'],
  'secrets.ts': [],
  schema: ['errors.ts'],
  models: ['schema'],
  db: ['models', 'schema', 'errors.ts'],
  music: ['db', 'models', 'schema', 'errors.ts'],
  mail: ['db', 'errors.ts', 'config.ts'],
  accounts: ['mail', 'db', 'models', 'schema', 'errors.ts', 'config.ts'],
  transfer: ['db', 'models', 'schema', 'errors.ts'],
  web: ['accounts', 'db', 'schema', 'errors.ts', 'config.ts', 'secrets.ts'],
  pages: ['web', 'music', 'accounts', 'transfer', 'mail', 'db', 'models', 'schema', 'errors.ts', 'config.ts'],
  api: ['web', 'music', 'accounts', 'transfer', 'mail', 'db', 'models', 'schema', 'errors.ts', 'config.ts'],
  admin: ['web', 'music', 'accounts', 'transfer', 'mail', 'db', 'models', 'schema', 'errors.ts', 'config.ts'],
  commands: ['music', 'accounts', 'transfer', 'mail', 'db', 'models', 'schema', 'errors.ts', 'config.ts', 'secrets.ts', 'app.ts'],
  'memory.ts': ['db'],
  'app.ts': ['pages', 'admin', 'api', 'web', 'accounts', 'mail', 'config.ts', 'memory.ts', 'db'],
  'server.ts': ['app.ts', 'config.ts', 'memory.ts', 'secrets.ts', 'db', 'accounts', 'music', 'errors.ts'],
  'manage.ts': ['commands', 'errors.ts', 'config.ts', 'secrets.ts', 'db'],
  testing: ['app.ts', 'config.ts', 'db', 'models', 'music', 'accounts', 'mail', 'web'],
};

test('imports go down the floors and never to another door or room', () => {
  const wrong: string[] = [];
  for (const { from, to } of imports()) {
    const [here, there] = [floorOf(from), floorOf(to)];
    if (here !== there && !MAY_IMPORT[here]?.includes(there)) wrong.push(`${from} imports ${to}`);
  }
  assert.deepEqual(wrong, []);
});

test('every folder of the source has a floor', () => {
  const floors = readdirSync(SOURCE).filter((name) => !name.endsWith('.test.ts'));
  assert.deepEqual(floors.filter((name) => !(name in MAY_IMPORT)), []);
});

test('no import goes in a circle', () => {
  const graph = new Map<string, string[]>();
  for (const { from, to } of imports()) graph.set(from, [...(graph.get(from) ?? []), to]);
  const circles: string[] = [];
  const settled = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (settled.has(file) || path.includes(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    settled.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  assert.deepEqual(circles, []);
});

function imports(): { from: string; to: string }[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return files.flatMap((from) => {
    const text = readFileSync(join(SOURCE, from), 'utf8');
    // Types count: who must read two files in a circle to understand either is not helped by their being types.
    const found = text.matchAll(/^(?:import|export)\s+[^;]*?from\s+'(\.[^']+)'/gms);
    return [...found].map(([, target]) => ({ from, to: relative(SOURCE, resolve(SOURCE, dirname(from), target as string)) }));
  });
}

function floorOf(file: string): string {
  return file.split('/')[0] as string;
}
