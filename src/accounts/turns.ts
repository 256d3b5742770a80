/** Taking turns: what is done under one key is done one after the other within this process. */

/** What is under way, by key: the next of a key begins when the last has ended. */
const turns = new Map<string, Promise<unknown>>();

/** Does the work when it has its turn under every key. The keys are taken in order: two that wait for each other can't happen when all callers name them in one order. */
export function inTurn<T>([key, ...others]: readonly string[], work: () => Promise<T>): Promise<T> {
  if (key === undefined) return work();
  return afterLast(key, () => inTurn(others, work));
}

async function afterLast<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(key) ?? Promise.resolve()).then(work, work);
  turns.set(key, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === mine) turns.delete(key);
  }
}
