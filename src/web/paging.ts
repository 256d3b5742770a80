/** The links under a numbered list. */
import type { Paging } from './views.ts';

/**
 * Describes one page of a list.
 * @param href the address of a page
 */
export function pagingOf({ page, size, total, totalIsCapped = false, href }: { page: number; size: number; total: number; totalIsCapped?: boolean; href: (page: number) => string }): Paging {
  const pages = Math.max(1, Math.ceil(total / size));
  return {
    page,
    pages,
    first: total === 0 ? 0 : (page - 1) * size + 1,
    last: Math.min(page * size, total),
    total,
    totalIsCapped,
    previous: page > 1 ? href(page - 1) : undefined,
    next: page < pages ? href(page + 1) : undefined,
    links: numbersAround(page, pages).map((number) => (number === 'gap' ? 'gap' : { page: number, href: href(number), current: number === page })),
  };
}

/** First, last, and those around the current one; a gap of one number is that number. */
function numbersAround(page: number, pages: number): (number | 'gap')[] {
  const shown = [1, page - 1, page, page + 1, pages].filter((number) => number >= 1 && number <= pages);
  const sorted = [...new Set(page <= 3 ? [...shown, ...[1, 2, 3].filter((number) => number <= pages)] : shown)].sort((a, b) => a - b);
  const numbers: (number | 'gap')[] = [];
  let last = 0;
  for (const number of sorted) {
    if (number - last === 2) numbers.push(number - 1);
    else if (number - last > 2) numbers.push('gap');
    numbers.push(number);
    last = number;
  }
  return numbers;
}
