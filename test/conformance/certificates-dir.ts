import { join } from 'node:path';

/** Where the grader keeps the certificates that it makes: made once, good for all cases. */
export function certificatesDir(): string {
  return join(import.meta.dirname, '../../node_modules/.cache/inmesh/certificates');
}
