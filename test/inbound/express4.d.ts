/** Version 4 under a name of its own; it is used as version 5 is. */
declare module 'express4' {
  const express: unknown;
  export default express;
}
