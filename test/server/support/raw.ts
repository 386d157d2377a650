import { type IncomingHttpHeaders, request } from "node:http";
import { hold } from "./described.js";

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request with exactly these headers, Host and Origin included, which fetch would not send. */
export function raw(
  url: string,
  headers: Record<string, string>,
  method = "GET",
  body?: string,
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => {
        text += chunk;
      });
      reply.on("end", () => {
        const { statusCode: status = 0, headers: said } = reply;
        try {
          hold(method, url, { status, type: said["content-type"] ?? null, text });
          resolve({ status, headers: said, body: text });
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
