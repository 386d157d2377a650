import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Services } from "../services.js";
import { ACR, CLIENT_ID, redirectUris } from "./client.js";
import { loginPage, refusalPage, STYLES } from "./login-page.js";

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request for a code that can be granted. */
interface Authorization {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly state: string | undefined;
  readonly jkt: string | undefined;
}

export const loginForm = {
  type: "object",
  required: ["username", "password"],
  properties: {
    username: { type: "string", maxLength: 100 },
    password: { type: "string", maxLength: 1000 },
  },
} as const;

/**
 * The authorization endpoint, code flow with PKCE and nothing else (RFC 6749, 4.1 · RFC 7636 · RFC 9700, 2.1.1). The
 * user signs in each time: this server remembers no browser, and what the form is sent to is the address of the page. So
 * any `max_age` is met, and one class of authentication is all there is.
 */
export function authorizeRoutes(
  app: FastifyInstance,
  { clock, config, metrics, oauth, users }: Services,
): void {
  /** Answers what cannot be granted: to the client, where it is known for sure, else to the user. */
  function read(request: FastifyRequest, reply: FastifyReply): Authorization | undefined {
    const query = request.query as Query;
    const redirectUri = redirectUris(request, config.publicOrigin).find((uri) => uri === query.redirect_uri);
    if (query.client_id !== CLIENT_ID || !redirectUri) {
      const problem = "The application that sent you here is not known, or not at that address.";
      html(reply.code(400), refusalPage(problem));
      return undefined;
    }
    const { response_type, code_challenge, code_challenge_method, state, dpop_jkt } = query;
    const { max_age = "0", acr_values = ACR } = query;
    const error =
      Object.values(query).some((value) => typeof value !== "string") || response_type === undefined
        ? "invalid_request"
        : response_type !== "code"
          ? "unsupported_response_type"
          : code_challenge_method !== "S256" || !/^[\w-]{43}$/.test(String(code_challenge))
            ? "invalid_request"
            : !/^\d{1,9}$/.test(String(max_age))
              ? "invalid_request"
              : !String(acr_values).split(" ").includes(ACR)
                ? "unmet_authentication_requirements"
                : undefined;
    const known = {
      redirectUri,
      challenge: String(code_challenge),
      state: state as string | undefined,
      jkt: dpop_jkt as string | undefined,
    };
    if (!error) return known;
    sendBack(reply, known, { error });
    return undefined;
  }

  app.get("/authorize", async (request, reply) => {
    if (read(request, reply)) return html(reply, loginPage());
    return reply;
  });

  app.post<{ Body: { username: string; password: string } }>(
    "/authorize",
    {
      schema: { body: loginForm },
      config: { csrf: "form", rateLimit: { max: config.loginRate, timeWindow: "1 minute" } },
    },
    async (request, reply) => {
      const asked = read(request, reply);
      if (!asked) return reply;
      const { username, password } = request.body;
      const user = await users.verify(username, password);
      if (!user) {
        metrics.count("signInFailures");
        const again = loginPage("That user name and password do not belong together.", username);
        return html(reply.code(401).header("www-authenticate", "Bearer"), again);
      }
      metrics.count("signIns");
      const { redirectUri, challenge, jkt } = asked;
      const authenticatedAt = clock.now();
      const granted = {
        ...{ userId: user.id, clientId: CLIENT_ID, redirectUri, challenge, jkt },
        authenticatedAt,
      };
      const code = await oauth.codes.issue(granted);
      return sendBack(reply, asked, { code });
    },
  );

  app.get("/login.css", async (_request, reply) => reply.type("text/css; charset=utf-8").send(STYLES));
}

/** 303, so that no browser sends the password along (RFC 9700, 4.12). */
function sendBack(
  reply: FastifyReply,
  { redirectUri, state }: Pick<Authorization, "redirectUri" | "state">,
  said: Record<string, string>,
): FastifyReply {
  const answer = new URLSearchParams({ ...said, ...(typeof state === "string" && { state }) });
  return reply.redirect(`${redirectUri}?${answer}`, 303);
}

function html(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(text);
}
