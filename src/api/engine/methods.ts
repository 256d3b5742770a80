/** Which methods an endpoint answers. */
import type { Endpoint } from './endpoint.ts';

/** In the order in which Django REST framework names them in `Allow`. */
export function allowedMethods({ methods }: Pick<Endpoint, 'methods'>): string[] {
  const own = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => methods[method]);
  return [...own, ...(methods.GET ? ['HEAD'] : []), 'OPTIONS'];
}
