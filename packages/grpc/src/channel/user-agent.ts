import { createRequire } from 'node:module';

let agent: string | undefined;

/** What clients of the installed grpc-js call themselves: rules may look at it, so calls through the mesh say the same. */
export function defaultUserAgent(): string {
  agent ??= `grpc-node-js/${installedVersion()}`;
  return agent;
}

function installedVersion(): string {
  try {
    const { version } = createRequire(import.meta.url)('@grpc/grpc-js/package.json') as { version: string };
    return version;
  } catch {
    return 'unknown'; // bundled: its manifest is not there to be read
  }
}
