import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { envoyConfig } from './envoy-config.mjs';
import { canPin } from './processes.mjs';

/** How each proxy is started, as lean as it gets: one worker, no access log. Kinder than any sidecar is. */
const kinds = {
  HAProxy: {
    file: 'haproxy.cfg',
    config: haproxyConfig,
    command: (file) => ['haproxy', '-db', '-f', file],
    version: ['haproxy', '-v'],
  },
  nginx: {
    file: 'nginx.conf',
    config: nginxConfig,
    command: (file) => ['nginx', '-c', file],
    version: ['nginx', '-v'],
  },
  Envoy: {
    file: 'envoy.json',
    config: (...ports) => JSON.stringify(envoyConfig(...ports)),
    command: (file) => ['envoy', '-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'],
    version: ['envoy', '--version'],
  },
};

export const proxyKinds = Object.keys(kinds);

/** Whether the program can be run here. */
export function isInstalled(kind) {
  const [program, ...args] = kinds[kind].version;
  return spawnSync(program, args).status === 0;
}

/** A proxy in front of these ports, or a chain of them: the last one stands before the ports. */
export async function startProxies(kind, count, upstreamPorts) {
  const proxies = [];
  let ports = upstreamPorts;
  for (let i = 0; i < count; i++) {
    proxies.push(await startProxy(kind, ports));
    ports = [proxies[i].port];
  }
  return {
    ports,
    pids: proxies.map(({ pid }) => pid),
    stop: () => Promise.all(proxies.map((proxy) => proxy.stop())),
  };
}

async function startProxy(kind, upstreamPorts) {
  const { file, config, command } = kinds[kind];
  const directory = mkdtempSync(join(tmpdir(), 'inmesh-bench-'));
  const port = await freePort();
  const path = join(directory, file);
  writeFileSync(path, config(port, upstreamPorts, directory));
  const [program, ...args] = canPin ? ['taskset', '-c', '1', ...command(path)] : command(path);
  const child = spawn(program, args, { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await listening(port, child);
  return {
    port,
    pid: child.pid,
    async stop() {
      child.kill();
      await gone;
      rmSync(directory, { recursive: true });
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port, child) {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`${child.spawnargs.join(' ')} does not listen`);
}

function haproxyConfig(port, upstreamPorts) {
  return `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  retries 2
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  balance roundrobin
${upstreamPorts.map((upstream, i) => `  server s${i} 127.0.0.1:${upstream}`).join('\n')}
`;
}

function nginxConfig(port, upstreamPorts, directory) {
  return `worker_processes 1;
daemon off;
pid ${directory}/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${directory};
  proxy_temp_path ${directory};
  fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory};
  scgi_temp_path ${directory};
  keepalive_requests 1000000000;
  upstream out {
${upstreamPorts.map((upstream) => `    server 127.0.0.1:${upstream};`).join('\n')}
    keepalive 128;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://out;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
}
