/** An HTTP/2 stream that ended before its response did. */
export class Http2StreamError extends Error {
  override readonly name = 'Http2StreamError';
  readonly code = 'INMESH_HTTP2_STREAM';
  /** RFC 9113 §7. */
  readonly rstCode: number;
  /** The whole connection broke, rather than this stream. */
  readonly sessionLost: boolean;

  constructor(rstCode: number, { sessionLost }: { readonly sessionLost: boolean }) {
    super(
      sessionLost ? 'the HTTP/2 connection was lost' : `the HTTP/2 stream was reset with code ${rstCode}`,
    );
    this.rstCode = rstCode;
    this.sessionLost = sessionLost;
  }
}
