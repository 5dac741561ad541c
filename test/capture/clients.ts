import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import got from 'got';
import nodeFetch from 'node-fetch';
import superagent from 'superagent';
import { request as undici7 } from 'undici';
import { fetch as fetch6, request as undici6 } from 'undici6';

/** What came of a call, whoever made it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Calls as applications make them, each with a body or without. */
export type Client = (url: string, body?: string) => Promise<Answer>;

/** By node:http itself, with an Agent of its own or without. */
export function nodeClient(agent?: http.Agent): Client {
  return (url, body) =>
    new Promise((resolve, reject) => {
      const { request } = url.startsWith('https:') ? https : http;
      const sent = request(
        url,
        { method: body === undefined ? 'GET' : 'POST', ...(agent && { agent }) },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
          });
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
          response.once('error', reject);
        },
      );
      sent.once('error', reject).end(body);
    });
}

const method = (body: string | undefined): 'GET' | 'POST' => (body === undefined ? 'GET' : 'POST');

/** Clients that never heard of a mesh. Those of `fetch` are taken by undici's slots, the others by their Agents. */
export const clients: Readonly<Record<string, { readonly by: 'fetch' | 'http'; readonly call: Client }>> = {
  'global fetch': {
    by: 'fetch',
    call: async (url, body) => {
      const response = await fetch(url, { method: method(body), ...(body !== undefined && { body }) });
      return { status: response.status, body: await response.text() };
    },
  },
  'undici 6 fetch': {
    by: 'fetch',
    call: async (url, body) => {
      const response = await fetch6(url, { method: method(body), ...(body !== undefined && { body }) });
      return { status: response.status, body: await response.text() };
    },
  },
  'undici 6 request': {
    by: 'fetch',
    call: async (url, body) => {
      const { statusCode, body: text } = await undici6(url, { method: method(body), body: body ?? null });
      return { status: statusCode, body: await text.text() };
    },
  },
  'undici 7 request': {
    by: 'fetch',
    call: async (url, body) => {
      const { statusCode, body: text } = await undici7(url, { method: method(body), body: body ?? null });
      return { status: statusCode, body: await text.text() };
    },
  },
  'node:http': { by: 'http', call: nodeClient() },
  axios: {
    by: 'http',
    call: async (url, body) => {
      const options = {
        method: method(body),
        data: body,
        validateStatus: () => true,
        responseType: 'text',
      } as const;
      const { status, data } = await axios(url, { ...options, transformResponse: (text) => text });
      return { status, body: String(data) };
    },
  },
  got: {
    by: 'http',
    call: async (url, body) => {
      const options = { method: method(body), throwHttpErrors: false, retry: { limit: 0 } };
      const { statusCode, body: text } = await got(url, { ...options, ...(body !== undefined && { body }) });
      return { status: statusCode, body: text };
    },
  },
  'node-fetch': {
    by: 'http',
    call: async (url, body) => {
      const response = await nodeFetch(url, { method: method(body), ...(body !== undefined && { body }) });
      return { status: response.status, body: await response.text() };
    },
  },
  superagent: {
    by: 'http',
    call: async (url, body) => {
      const request = superagent(method(body), url)
        .ok(() => true)
        .buffer(true);
      const { status, text } = await (body === undefined ? request : request.type('text').send(body));
      return { status, body: text };
    },
  },
};
