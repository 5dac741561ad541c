/** The instrumentation scope of all spans and instruments. */
export const scopeName = 'inmesh';
export const scopeVersion = '0.1.0';
