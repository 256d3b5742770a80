/**
 * Looking things up by names that somebody else has chosen. Every object inherits `toString`, `constructor`
 * and `__proto__`: `table[name]` finds them where nobody has put them.
 */

/** What a table has under a name of its own; undefined for a name that it only inherits. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** An empty record for names that somebody else has chosen: it inherits nothing, and `__proto__` is a name like any other. */
export function record<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
