/** What a server wants in the proofs that go to it. One that is named by its origin: RFC 9449 §8, §9. */
export interface Origins {
  nonce(origin: string): string | undefined;
  /** How far the server's clock is ahead of the one here, in ms; `undefined` where that does not matter. */
  lead(origin: string): number | undefined;
  /** Learns from a reply. Resolves with whether it asks for the same request with the nonce that it brings. */
  hear(origin: string, response: Response): Promise<boolean>;
}

/** A second is lost in the header's resolution, some more on the way. */
const AGREED = 5000;

const wantsNonce = "use_dpop_nonce";

export function createOrigins(): Origins {
  const nonces = new Map<string, string>();
  const leads = new Map<string, number>();

  /** In a reply that refuses, for one that comes out of a cache tells an old time. */
  function compare(origin: string, { status, headers }: Response): void {
    const date = Date.parse(headers.get("date") ?? "");
    if ((status !== 400 && status !== 401) || Number.isNaN(date)) return;
    const lead = date - Date.now();
    if (Math.abs(lead) > AGREED) leads.set(origin, lead);
    else leads.delete(origin);
  }

  return {
    nonce: (origin) => nonces.get(origin),
    lead: (origin) => leads.get(origin),
    async hear(origin, response) {
      compare(origin, response);
      const nonce = response.headers.get("dpop-nonce");
      if (!nonce) return false;
      nonces.set(origin, nonce);
      // A resource says so in its challenge (RFC 9449 §9), a token endpoint in its body (§8).
      if (response.status === 401)
        return (response.headers.get("www-authenticate") ?? "").includes(wantsNonce);
      if (response.status !== 400) return false;
      const said = await response
        .clone()
        .json()
        .catch(() => undefined);
      return said?.error === wantsNonce;
    },
  };
}
