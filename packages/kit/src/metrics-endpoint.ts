import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Logger } from './logger.ts';

export interface MetricsEndpointOptions {
  readonly host: string;
  /** 0 asks the system for a free one. */
  readonly port: number;
  readonly contentType: string;
  /** The measurements as text; asked at every scrape. */
  readonly render: () => Promise<string>;
  readonly logger: Logger;
}

export interface MetricsEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** `GET /metrics` for Prometheus, from a process that has no HTTP side otherwise; anything else is 404. */
export async function serveMetrics(options: MetricsEndpointOptions): Promise<MetricsEndpoint> {
  const { host, port, contentType, render, logger } = options;
  const server = createServer((request, response) => {
    const end = (status: number, headers: Record<string, string> = {}, text = ''): void => {
      response.writeHead(status, headers).end(text);
    };
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') return end(404);
    render().then(
      (text) => end(200, { 'content-type': contentType }, text),
      (err: unknown) => {
        logger.error({ err }, 'measurements could not be told');
        end(500);
      },
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
