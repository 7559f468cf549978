import { queries, queryClient } from '../api/queries.js';
import type { AdministeredPersonDetails } from '../api/types.js';

/** What the server answered is what is shown; lists and history are asked for again. */
export function keepPerson(person: AdministeredPersonDetails): void {
  queryClient.setQueryData(queries.administeredPerson(person.id).queryKey, person);
  void queryClient.invalidateQueries({ queryKey: ['administration', 'people'] });
  void queryClient.invalidateQueries({ queryKey: ['administration', 'events'] });
  void queryClient.invalidateQueries({ queryKey: ['administration', 'consequences'] });
}
