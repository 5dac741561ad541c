import type { Suite, SuiteName } from './suite.js';

/**
 * The suite of this name. It is loaded when it is asked for, so that a room that does not build takes down its
 * own suite and no other.
 */
export async function loadSuite(name: SuiteName): Promise<Suite> {
  switch (name) {
    case 'compile':
      return (await import('./compile.js')).compileSuite;
    case 'exchange':
      return (await import('./exchange.js')).exchangeSuite;
    case 'validate':
      return (await import('./validate.js')).validateSuite;
    case 'analyze':
      return (await import('./analyze.js')).analyzeSuite;
  }
}
