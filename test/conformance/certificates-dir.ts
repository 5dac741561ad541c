import { join } from 'node:path';
import type { TestCase } from './conformance-case.js';
import { makeCerts, sansOf } from './grader/certificates.mjs';

/** Where the grader keeps the certificates that it makes: made once, good for all cases. */
export function certificatesDir(): string {
  return join(import.meta.dirname, '../../node_modules/.cache/inmesh/certificates');
}

/**
 * Makes what the cases will need before several processes look for it: each of them would make what it does not find,
 * and one would read what the other has half written.
 */
export function makeCertificates(cases: readonly TestCase[]): void {
  makeCerts(certificatesDir(), cases.flatMap(sansOf));
}
