/** Every regular expression of the project, found in its source, and texts that are hard on expressions. */
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { type Node, parse } from 'acorn';

const ROOT = join(import.meta.dirname, '../..');

export type Expression = { place: string; expression: RegExp };

/** What is served or run: path and text of each file. */
export function sources(): { file: string; text: string }[] {
  const files = globSync(['src/**/*.ts', 'migrations/*.ts', 'public/*.js'], { cwd: ROOT }).filter((file) => !/\.test\.ts$|^src\/testing\//.test(file));
  return files.sort().map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
}

/** Every literal, and the file of each place where an expression is built from a text. */
export function expressionsOfTheProject(): { literals: Expression[]; built: string[] } {
  const literals: Expression[] = [];
  const built: string[] = [];
  for (const { file, text } of sources()) {
    const found = expressionsIn(text, file);
    literals.push(...found.literals);
    built.push(...found.built);
  }
  return { literals, built };
}

/** The same for one text of TypeScript or JavaScript. */
export function expressionsIn(source: string, file: string): { literals: Expression[]; built: string[] } {
  const literals: Expression[] = [];
  const built: string[] = [];
  const program = parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  visit(program, (node) => {
    if (node.regex) literals.push({ place: `${file}:${node.loc?.start.line}`, expression: new RegExp(node.regex.pattern, node.regex.flags) });
    // Without `new`, through another name, or as a member: whoever names the constructor builds.
    if (node.type === 'Identifier' && node.name === 'RegExp') built.push(file);
  });
  return { literals, built };
}

/** The expressions that are built while a module is loaded and used. */
export async function builtBy<M>(path: string, use: (module: M) => void = () => undefined): Promise<Expression[]> {
  const built: Expression[] = [];
  const Original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Original, {
    construct(target, [source, flags]: [string, string]) {
      built.push({ place: path, expression: new target(source, flags) });
      return new target(source, flags);
    },
  });
  try {
    use((await import(`../${path}?built`)) as M);
  } finally {
    globalThis.RegExp = Original;
  }
  return built;
}

type Visited = Node & { regex?: { pattern: string; flags: string }; name?: string };

function visit(value: unknown, see: (node: Visited) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value && typeof value.type === 'string') see(value as Visited);
  for (const part of Object.values(value)) visit(part, see);
}

/** Long texts of the characters that an expression is about: runs, pairs, and runs before a character that fits nothing. */
export function* hostileTexts({ source }: RegExp, length: number): Generator<string> {
  const characters = charactersOf(source);
  for (const one of characters) {
    const run = one.repeat(length / one.length);
    yield run;
    yield `${run}\0`;
    yield `a${run}x`;
    yield `\0${run}\0${one}`;
  }
  for (const one of characters) {
    for (const other of characters) {
      if (one !== other) yield `${(one + other).repeat(length / (one.length + other.length))}\0`;
    }
  }
  // The words that an expression wants, again and again: all together, and each with what may come after.
  const bare = source.replace(/\\[a-zA-Z](?:\{[^}]*\})?|\{[\d,]*\}/g, '');
  const words = bare.replace(/[^\p{L}\p{N} _;=:<>"'#&-]/gu, '');
  if (words !== '') yield `${words.repeat(length / words.length)}\0`;
  for (const word of (bare.match(/[\p{L}\p{N}]{2,}/gu) ?? []).slice(0, 4)) {
    for (const one of characters) yield `${(word + one).repeat(length / (word.length + one.length))}\0`;
  }
}

const CLASSES: [written: RegExp, member: string][] = [
  [/\\s|White_Space/, ' '], [/\\s|White_Space/, '\u3000'], [/\\d|0-9|Nd|\\p\{N/, '0'], [/\\w|a-z|A-Z/, 'a'], [/\\p\{L|Latin/, 'é'], [/\\p\{M/, '\u0301'],
  [/\\p\{C/, '\u200b'], [/Script=Han|Lo\}/, '風'], [/\[\^|\\[SDWP]|\./, '~'], [/\\r|\\n/, '\n'], [/\\t/, '\t'],
];

function charactersOf(source: string): string[] {
  const members = CLASSES.filter(([written]) => written.test(source)).map(([, member]) => member);
  const literal = source.replace(/\\[pP]\{[^}]*\}|\\[a-zA-Z]|\(\?<?[:=!]/g, '').match(/[^\\()[\]{}?*+|^$]/gu) ?? [];
  const signs = source.match(/(?<=\\)[^\p{L}\p{N}]/gu) ?? [];
  return [...new Set([...members, ...signs, ...literal])].slice(0, 8);
}
