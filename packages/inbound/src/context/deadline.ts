/** Envoy tells the next hop how long it has; gRPC has a header of its own. */
const expectedTimeout = 'x-envoy-expected-rq-timeout-ms';
const grpcTimeout = 'grpc-timeout';

/**
 * How long the sender of a request still waits for its answer, in milliseconds; `undefined` when it does not say.
 * Of several statements the shortest counts.
 */
export function statedTimeoutMs(headers: { get(name: string): string | undefined }): number | undefined {
  const stated = [
    wholeNumber(headers.get(expectedTimeout)),
    readGrpcTimeout(headers.get(grpcTimeout)),
  ].flatMap((ms) => ms ?? []);
  return stated.length === 0 ? undefined : Math.min(...stated);
}

/** 0 would be no limit, and is never sent as one. */
function wholeNumber(text = ''): number | undefined {
  return /^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

const unitMs = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** At most eight digits and a unit, as the gRPC protocol writes it, which knows no 0. */
function readGrpcTimeout(text = ''): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  const amount = Number(digits ?? 0);
  return amount === 0 ? undefined : amount * unitMs[unit as keyof typeof unitMs];
}
