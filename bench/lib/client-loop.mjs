/** Makes requests when it is told how many, and answers what CPU time they took. For the process of one client. */
export function answerWith(request) {
  process.on('message', async ({ requests, concurrency, latency }) => {
    let left = requests;
    const micros = new Float64Array(latency ? requests : 0);
    const lane = async () => {
      while (left-- > 0) await request();
    };
    const timedLane = async () => {
      for (;;) {
        const i = --left;
        if (i < 0) return;
        const start = performance.now();
        await request();
        micros[i] = (performance.now() - start) * 1e3;
      }
    };
    const wall = process.hrtime.bigint();
    const before = process.cpuUsage();
    await Promise.all(Array.from({ length: concurrency }, latency ? timedLane : lane));
    const { user, system } = process.cpuUsage(before);
    micros.sort();
    process.send({
      cpuMicros: user + system,
      wallMicros: Number(process.hrtime.bigint() - wall) / 1e3,
      ...(latency && { p50: micros[requests >> 1], p99: micros[Math.floor(requests * 0.99)] }),
    });
  });
  process.send({});
}
