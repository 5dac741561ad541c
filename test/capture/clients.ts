import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import axios from 'axios';
import got from 'got';
import nodeFetch from 'node-fetch';
import superagent from 'superagent';
import * as undici7 from 'undici';
import * as undici6 from 'undici6';

/** What came of a call, whoever made it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface CallOptions {
  readonly body?: string;
  /** One that the application has made for itself. */
  readonly agent?: http.Agent;
}

/** Calls as applications make them. */
export interface Client {
  call(url: string, options?: CallOptions): Promise<Answer>;
  /** Whether it takes an Agent of node:http. */
  readonly takesAgent: boolean;
}

type Undici = Pick<typeof undici7, 'fetch' | 'request'>;

/** Those of newer lines are there where the version of Node can load them. */
const { INMESH_TEST_UNDICI8 } = process.env;
const undici8: Undici | undefined =
  INMESH_TEST_UNDICI8 === undefined ? undefined : createRequire(import.meta.url)(INMESH_TEST_UNDICI8);

const methodOf = ({ body }: CallOptions): 'GET' | 'POST' => (body === undefined ? 'GET' : 'POST');

function fetchClient(call: (...call: Parameters<typeof fetch>) => Promise<Response>): Client {
  return {
    takesAgent: false,
    async call(url, options = {}) {
      const { body } = options;
      const response = await call(url, { method: methodOf(options), ...(body !== undefined && { body }) });
      return { status: response.status, body: await response.text() };
    },
  };
}

function undiciClients(name: string, undici: Undici): Record<string, Client> {
  return {
    [`${name} fetch`]: fetchClient(undici.fetch as unknown as typeof fetch),
    [`${name} request`]: {
      takesAgent: false,
      async call(url, options = {}) {
        const sent = await undici.request(url, { method: methodOf(options), body: options.body ?? null });
        return { status: sent.statusCode, body: await sent.body.text() };
      },
    },
  };
}

const nodeHttp: Client = {
  takesAgent: true,
  call(url, options = {}) {
    const { body, agent } = options;
    return new Promise((resolve, reject) => {
      const { request } = url.startsWith('https:') ? https : http;
      const sent = request(url, { method: methodOf(options), ...(agent && { agent }) }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.once('error', reject);
      });
      sent.once('error', reject).end(body);
    });
  },
};

/** Clients that never heard of a mesh, by the names that their users know. */
export const clients: Readonly<Record<string, Client>> = {
  'global fetch': fetchClient((...call) => fetch(...call)),
  ...undiciClients('undici 6', undici6 as unknown as Undici),
  ...undiciClients('undici 7', undici7),
  ...(undici8 && undiciClients('undici 8', undici8)),
  'node:http': nodeHttp,
  axios: {
    takesAgent: true,
    async call(url, options = {}) {
      const { status, data } = await axios(url, {
        method: methodOf(options),
        ...(options.body !== undefined && { data: options.body }),
        validateStatus: () => true,
        responseType: 'text',
        transformResponse: (text) => text,
        ...(options.agent && { httpAgent: options.agent, httpsAgent: options.agent }),
      });
      return { status, body: String(data) };
    },
  },
  got: {
    takesAgent: true,
    async call(url, options = {}) {
      const { body, agent } = options;
      const answer = await got(url, {
        method: methodOf(options),
        throwHttpErrors: false,
        retry: { limit: 0 },
        ...(body !== undefined && { body }),
        ...(agent && { agent: { http: agent, https: agent as https.Agent } }),
      });
      return { status: answer.statusCode, body: answer.body };
    },
  },
  'node-fetch': {
    takesAgent: true,
    async call(url, options = {}) {
      const { body, agent } = options;
      const init = {
        method: methodOf(options),
        ...(body !== undefined && { body }),
        ...(agent && { agent }),
      };
      const response = await nodeFetch(url, init);
      return { status: response.status, body: await response.text() };
    },
  },
  superagent: {
    takesAgent: true,
    async call(url, options = {}) {
      const { body, agent } = options;
      const request = superagent(methodOf(options), url)
        .ok(() => true)
        .buffer(true);
      if (agent !== undefined) request.agent(agent);
      const { status, text } = await (body === undefined ? request : request.type('text').send(body));
      return { status, body: text };
    },
  },
};

/** By node:http itself, with an Agent of its own or without. */
export function nodeClient(agent?: http.Agent): (url: string, body?: string) => Promise<Answer> {
  return (url, body) => nodeHttp.call(url, { ...(agent && { agent }), ...(body !== undefined && { body }) });
}
