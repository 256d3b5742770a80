/** Says in a few words what an act did: "deleted Hounds of Love, 12 songs and 7,090 likes". */
import { models } from '../../models/index.ts';
import type { Model } from '../../schema/define-model.ts';
import type { Action } from './change.ts';

type Kind = { model: Model; action: Action; label: string; objects: Set<number>; rows: number; size: number };

const VERBS: Record<Action, string> = { add: 'added', change: 'changed', delete: 'deleted' };
const VERBS_OF_UNDO: Record<Action, string> = { add: 'brought back', change: 'changed back', delete: 'deleted' };

export class Summary {
  readonly #kinds = new Map<string, Kind>();
  readonly #verbs: Record<Action, string>;
  readonly #remarks: string[] = [];

  constructor(undoes: boolean) {
    this.#verbs = undoes ? VERBS_OF_UNDO : VERBS;
  }

  add(model: Model, action: Action, label: string, object: number): void {
    const kind = this.#kind(model, action, label);
    kind.objects.add(object);
    kind.rows = kind.objects.size;
    kind.size += 1;
  }

  /** Adds rows whose names are not told. */
  count(model: Model, action: Action, rows: number): void {
    const kind = this.#kind(model, action, '');
    kind.rows += rows;
    kind.size += rows;
  }

  remark(text: string): void {
    this.#remarks.push(text);
  }

  /** How many changes of which kind. */
  kinds(): readonly Kind[] {
    return [...this.#kinds.values()];
  }

  sentence(): string {
    const byAction = Map.groupBy(this.#kinds.values(), ({ action }) => action);
    const parts = [...byAction].map(([action, kinds]) => {
      const sorted = kinds.sort((one, other) => models.indexOf(one.model) - models.indexOf(other.model));
      return `${this.#verbs[action]} ${inWords(sorted.map(({ model, label, rows }) => nameOrCount(model, label, rows)))}`;
    });
    return [...parts, ...this.#remarks].join('; ');
  }

  #kind(model: Model, action: Action, label: string): Kind {
    const key = `${action} ${model.table}`;
    const kind = this.#kinds.get(key) ?? { model, action, label, objects: new Set(), rows: 0, size: 0 };
    this.#kinds.set(key, kind);
    return kind;
  }
}

/** What one row is called, or how many there are. */
function nameOrCount({ label, plural }: Model, name: string, count: number): string {
  if (count === 1 && name !== '') return name;
  return `${count.toLocaleString('en')} ${count === 1 ? label : plural}`;
}

function inWords(parts: string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
