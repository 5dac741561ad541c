/** The peer does not speak HTTP/1.1, or more of it than may be. */
export class Http1Error extends Error {
  override readonly name = 'Http1Error';
}
