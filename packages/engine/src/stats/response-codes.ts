/** Answers by their status: how many, of which class, of which code. Envoy: `CodeStatsImpl`. */
export class ResponseCodes {
  /** Envoy: `upstream_rq_completed`. */
  completed = 0;
  /** By the first digit of the status; what is none of 1 to 5 stands at 0. Envoy: `upstream_rq_2xx`. */
  readonly classes: number[] = [0, 0, 0, 0, 0, 0];
  /** A code has a slot from its first answer on. Envoy: `upstream_rq_200`. */
  readonly codes: Map<number, number> = new Map();

  count(status: number): void {
    this.completed++;
    const first = Math.trunc(status / 100);
    const slot = first >= 1 && first <= 5 ? first : 0;
    this.classes[slot] = (this.classes[slot] ?? 0) + 1;
    this.codes.set(status, (this.codes.get(status) ?? 0) + 1);
  }
}
