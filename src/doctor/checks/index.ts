import type { Check } from "../check.js";
import { absoluteLimit } from "./absolute-limit.js";
import { absoluteMoves } from "./absolute-moves.js";
import { cache } from "./cache.js";
import { clockSkew } from "./clock-skew.js";
import { cookieDomain } from "./cookie-domain.js";
import { cookieHttpOnly } from "./cookie-httponly.js";
import { cookieLifetime } from "./cookie-lifetime.js";
import { cookiePrefix } from "./cookie-prefix.js";
import { cookieSameSite } from "./cookie-samesite.js";
import { cookieSecure } from "./cookie-secure.js";
import { cors } from "./cors.js";
import { credentialInBody } from "./credential-in-body.js";
import { credentialInUrl } from "./credential-in-url.js";
import { csrf } from "./csrf.js";
import { csrfMethod } from "./csrf-method.js";
import { csrfOrigin } from "./csrf-origin.js";
import { deadReply } from "./dead-reply.js";
import { fixation } from "./fixation.js";
import { framing } from "./framing.js";
import { hsts } from "./hsts.js";
import { https } from "./https.js";
import { idleLimit } from "./idle-limit.js";
import { lostReply } from "./lost-reply.js";
import { nosniff } from "./nosniff.js";
import { peekSlides } from "./peek-slides.js";
import { refreshReuse } from "./refresh-reuse.js";
import { refreshRotates } from "./refresh-rotates.js";
import { refreshSlides } from "./refresh-slides.js";
import { replyShape } from "./reply-shape.js";
import { retryAfter } from "./retry-after.js";
import { reuseRevokes } from "./reuse-revokes.js";
import { sessionId } from "./session-id.js";
import { signInAgain } from "./sign-in-again.js";
import { signInLimit } from "./sign-in-limit.js";
import { signOutClears } from "./sign-out-clears.js";
import { signOutRefresh } from "./sign-out-refresh.js";
import { signOutSession } from "./sign-out-session.js";
import { touchExtends } from "./touch-extends.js";
import { twoRefreshes } from "./two-refreshes.js";

/** In the order of running. What waits, and what may lock an account, comes last. */
export const CHECKS: readonly Check[] = [
  ...[replyShape, deadReply],
  ...[peekSlides, refreshSlides, touchExtends, absoluteMoves],
  ...[refreshRotates, refreshReuse, reuseRevokes, lostReply, twoRefreshes],
  ...[cookieHttpOnly, cookieSecure, cookiePrefix, cookieSameSite, cookieDomain, cookieLifetime],
  ...[csrf, csrfOrigin, csrfMethod, cors],
  ...[fixation, signInAgain, sessionId],
  ...[signOutSession, signOutRefresh, signOutClears],
  ...[credentialInBody, credentialInUrl, cache],
  ...[https, hsts, nosniff, framing, clockSkew],
  ...[idleLimit, absoluteLimit, signInLimit, retryAfter],
];
